import node from '@astrojs/node'
import { defineConfig } from 'astro/config'

export default defineConfig({
  output: 'server',
  adapter: node({ mode: 'standalone' }),
  // latchkey refuses what other sites send, and takes forms of programs, which send no Origin.
  security: { checkOrigin: false },
})
