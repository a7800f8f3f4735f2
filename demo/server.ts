import { serveNode } from '../src/adapters/node.ts'
import { ConfigError, createAuth } from '../src/index.ts'
import { createApp } from './app.ts'
import { offerUser } from './offer-user.ts'
import { readSettings } from './settings.ts'

async function start(): Promise<void> {
  const { port, host, rateLimit, captcha } = readSettings(process.env)
  const auth = createAuth({
    links: { login: '/login/', logout: '/logout/', register: '/register/' },
    limits: rateLimit ? {} : null,
  })
  await auth.ready()
  await offerUser(auth)

  const { url } = await serveNode(createApp(auth, captcha).fetch, { port, host, onClose: auth.close })
  console.log(`latchkey demo on ${url.replace('//127.0.0.1:', '//localhost:')}`)
}

try {
  await start()
} catch (error) {
  if (!(error instanceof ConfigError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
