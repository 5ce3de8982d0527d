package adminclient

import (
	"net/url"
	"strconv"
	"time"
)

// Page is a part of a list.
type Page struct {
	After string // the next_cursor of the page before; "" for the first
	Limit int    // 0: as many as the server gives
}

// query writes a page, and pairs of names and values, as the query of a URL.
func (p Page) query(pairs ...string) string {
	if p.Limit > 0 {
		pairs = append(pairs, "limit", strconv.Itoa(p.Limit))
	}
	return queryOf(append(pairs, "after", p.After))
}

// export is query for all that there is, as lines.
func export(pairs []string) string { return queryOf(append(pairs, "format", "ndjson")) }

// queryOf leaves out what has no value.
func queryOf(pairs []string) string {
	values := url.Values{}
	for ; len(pairs) > 1; pairs = pairs[2:] {
		if pairs[1] != "" {
			values.Set(pairs[0], pairs[1])
		}
	}
	if len(values) == 0 {
		return ""
	}
	return "?" + values.Encode()
}

// timeText is "" for no time.
func timeText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339Nano)
}
