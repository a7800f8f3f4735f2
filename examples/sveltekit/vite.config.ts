import adapter from '@sveltejs/adapter-node'
import { sveltekit } from '@sveltejs/kit/vite'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [
    sveltekit({
      adapter: adapter(),
      // latchkey refuses what other sites send, and takes forms of programs, which send no Origin.
      csrf: { trustedOrigins: ['*'] },
    }),
  ],
})
