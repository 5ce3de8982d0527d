package adminapi

import "github.com/joineryhq/joinery"

// PageInput asks for a part of a list. It is exported for huma to see it where
// it is embedded, as are others that are.
type PageInput struct {
	After string `query:"after" doc:"The next_cursor of the page before; absent: from the beginning" maxLength:"1024"`
	Limit int    `query:"limit" doc:"Length of the page" default:"100" minimum:"1" maximum:"1000"`
}

// page cuts a list off at limit and returns the cursor of the page behind it,
// "" where none follows. The list was asked for with one item more than limit,
// which tells; the Service gives MaxListed at the most.
func page[T any](list []T, limit int, id func(T) string) ([]T, string) {
	if len(list) <= limit && len(list) < joinery.MaxListed {
		return list, ""
	}
	list = list[:min(limit, len(list))]
	return list, id(list[len(list)-1])
}

// all converts a list, to one that is never nil.
func all[From, To any](list []From, convert func(From) To) []To {
	converted := make([]To, len(list))
	for i, item := range list {
		converted[i] = convert(item)
	}
	return converted
}
