/** What a guard looks at. Any `Request` is one; an adapter has it without the body, which is the app's to read. */
export type RequestHead = Pick<Request, 'method' | 'url'> & { readonly headers: Pick<Headers, 'get'> }
