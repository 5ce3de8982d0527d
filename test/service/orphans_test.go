package service

import (
	"fmt"
	"sync"
	"testing"
)

// TestConnectionDeletedUnderWrites holds that what is pushed while a connection
// goes is gone with it.
func TestConnectionDeletedUnderWrites(t *testing.T) {
	onBoth(t, func(t *testing.T, e *env) {
		c := e.connectNew("generic")
		var writers sync.WaitGroup
		begun := make(chan struct{}, 1000)
		for w := range 8 {
			writers.Go(func() {
				for i := 0; ; i++ {
					a := c.send("POST", "/Users", fmt.Sprintf(`{"userName":"u%d-%d"}`, w, i))
					begun <- struct{}{}
					if a.status == 401 {
						return
					}
					if a.status != 201 {
						t.Errorf("%d %s", a.status, a.body)
						return
					}
				}
			})
		}
		for range 20 {
			<-begun
		}
		e.admin(204, "DELETE", "/connections/"+c.id, "")
		writers.Wait()
		if left := c.left(nil); left != "" {
			t.Errorf("what is left of the connection: %s", left)
		}
	})
}
