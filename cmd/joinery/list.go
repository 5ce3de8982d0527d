package main

import (
	"fmt"

	"github.com/alecthomas/kong"

	"github.com/joineryhq/joinery/internal/adminclient"
)

// listFlags are the flags of lists that may be long.
type listFlags struct {
	Limit int    `help:"How many to print at most, 0 for all. Default: ${default}." default:"100" placeholder:"N"`
	After string `help:"Go on behind this cursor, with which the part before ended." placeholder:"CURSOR"`
}

// maxPage is how many the server gives at a time.
const maxPage = 1000

// collect reads a list, page by page, and returns the cursor to go on from, ""
// at the end.
func collect[T any](f listFlags, read func(adminclient.Page) (part []T, next string, err error)) (list []T, next string, err error) {
	list = []T{}
	page := adminclient.Page{After: f.After, Limit: maxPage}
	for {
		if f.Limit > 0 {
			page.Limit = min(maxPage, f.Limit-len(list))
		}
		part, next, err := read(page)
		if err != nil {
			return nil, "", err
		}
		list = append(list, part...)
		if next == "" || len(list) == f.Limit {
			return list, next, nil
		}
		page.After = next
	}
}

// more tells where a list goes on that was cut off.
func more(k *kong.Kong, next string) {
	if next != "" {
		fmt.Fprintf(k.Stderr, "there are more; go on with: --after %s\n", next)
	}
}
