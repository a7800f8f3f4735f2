// Sends requests one after the other on many connections, without waiting for answers, for as long as it is told to.
import { type Socket, connect } from 'node:net'
import type { Pipeline, PipelineOutcome } from './pipeline.ts'

process.once('message', (pipeline: Pipeline) => run(pipeline))

function run({ port, connections, request, atOnce, reads, seconds, localAddress }: Pipeline): void {
  const burst = Buffer.from(request.repeat(atOnce))
  const ends: number[] = []
  const startedAt = performance.now()

  function open(): Socket {
    const socket = connect({ port, host: '127.0.0.1', localAddress })
    socket.on('error', () => {})
    socket.once('close', () => ends.push(performance.now() - startedAt))
    socket.once('connect', () => socket.write(burst))
    if (reads) {
      socket.resume()
      // As much again as soon as all of it has left.
      socket.on('drain', () => socket.write(burst))
    } else {
      socket.pause()
      // Who doesn't read hears of the end when it sends.
      socket.once('close', () => clearInterval(timer))
      const timer = setInterval(() => void (socket.writableLength === 0 && socket.write('\r\n')), 1_000)
    }
    return socket
  }

  const sockets = Array.from({ length: connections }, open)
  setTimeout(() => {
    const sent = sockets.reduce((sum, { bytesWritten, writableLength }) => sum + bytesWritten - writableLength, 0)
    const outcome: PipelineOutcome = { sentBytes: sent, endsMs: ends }
    process.send?.(outcome, () => process.exit())
  }, seconds * 1000)
}
