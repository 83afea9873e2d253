/** What if another rulebook had been in force: the history judged anew, beside the ledger. */
export {}
