package sqldb

import (
	"strings"
	"time"
)

// conditions gathers what the rows of a list must satisfy.
type conditions struct {
	args  args
	list  []string
	never bool // none can: a text that it must have cannot be stored
}

// is asks for a column that is a text; "" asks for nothing.
func (c *conditions) is(column, text string) { c.text(column+` =`, text) }

// text adds a comparison with a text; "" adds none.
func (c *conditions) text(comparison, text string) {
	if text == "" {
		return
	}
	c.never = c.never || !storable(text)
	c.add(comparison, text)
}

// time adds a comparison with a time; the zero time adds none.
func (c *conditions) time(comparison string, at time.Time) {
	if !at.IsZero() {
		c.add(comparison, millis(at))
	}
}

func (c *conditions) add(comparison string, value any) {
	c.list = append(c.list, comparison+` `+c.args.add(value))
}

// clause is WHERE with all of them, or nothing.
func (c *conditions) clause() string {
	if len(c.list) == 0 {
		return ``
	}
	return ` WHERE ` + strings.Join(c.list, ` AND `)
}
