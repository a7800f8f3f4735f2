// Sends requests one after the other on many connections, without waiting for answers, for as long as it is told to.
import { type Socket, connect } from 'node:net'
import type { Pipeline, PipelineOutcome } from './pipeline.ts'

process.once('message', (pipeline: Pipeline) => run(pipeline))

function run({ port, connections, request, atOnce, reads, seconds, localAddress }: Pipeline): void {
  const burst = Buffer.from(request.repeat(atOnce))
  const ends: number[] = []
  const startedAt = performance.now()
  const sockets: Socket[] = []
  let sentBefore = 0

  function open(): Socket {
    const socket = connect({ port, host: '127.0.0.1', localAddress })
    const again = reads ? burst : Buffer.from('\r\n')
    // Who doesn't read hears of the end when it sends.
    const timer = setInterval(() => void (socket.writableLength === 0 && socket.write(again)), reads ? 10 : 1_000)
    socket.on('error', () => {})
    socket.once('close', () => {
      clearInterval(timer)
      ends.push(performance.now() - startedAt)
      sentBefore += socket.bytesWritten
      if (reads) sockets.push(open())
    })
    socket.once('connect', () => socket.write(burst))
    if (reads) socket.resume()
    else socket.pause()
    return socket
  }

  sockets.push(...Array.from({ length: connections }, open))
  setTimeout(() => {
    const live = sockets.filter(({ destroyed }) => !destroyed)
    const sent = live.reduce((sum, { bytesWritten, writableLength }) => sum + bytesWritten - writableLength, sentBefore)
    const outcome: PipelineOutcome = { sentBytes: sent, endsMs: ends }
    process.send?.(outcome, () => process.exit())
  }, seconds * 1000)
}
