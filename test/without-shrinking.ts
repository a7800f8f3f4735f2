import fc from 'fast-check'

// That a property fails is enough for a mutation run: the smallest case in which it does would take most of its time.
fc.configureGlobal({ endOnFailure: true })
