import { Agent, request as sendRequest } from 'node:http'

/** Requests that are sent when their time has come, whether the last one was answered or not. */
export interface Arrivals {
  readonly port: number
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly perSecond: number
  readonly seconds: number
}

export interface Answer {
  readonly status: number
  readonly milliseconds: number
}

export async function runArrivals(arrivals: Arrivals): Promise<Answer[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const answers: Promise<Answer>[] = []
  const started = performance.now()
  for (let sent = 0; sent < arrivals.seconds * arrivals.perSecond; sent += 1) {
    const wait = started + (sent * 1000) / arrivals.perSecond - performance.now()
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    answers.push(send(arrivals, agent))
  }
  const all = await Promise.all(answers)
  agent.destroy()
  return all
}

function send({ port, method, path, headers, body }: Arrivals, agent: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const started = performance.now()
    const request = sendRequest({ port, host: '127.0.0.1', method, path, agent, headers }, (response) => {
      const status = response.statusCode ?? 0
      response.resume().on('end', () => resolve({ status, milliseconds: performance.now() - started }))
    })
    request.on('error', reject).end(body)
  })
}

/** `GET /me` at 200 a second: its latencies. */
export async function runMe(name: string, port: number, cookie: string, seconds: number): Promise<number[]> {
  const answers = await runArrivals({ port, method: 'GET', path: '/me', headers: { cookie }, perSecond: 200, seconds })
  const wrong = answers.find(({ status }) => status !== 200)
  if (wrong !== undefined) throw new Error(`${name} answered GET /me with ${wrong.status}.`)
  return answers.map(({ milliseconds }) => milliseconds)
}
