package sqldb

import (
	"context"
	"errors"
	"sync"
)

// readerPool hands out connections that only read. The one used last is handed
// out first, so that few have a warm cache rather than all a cold one.
type readerPool struct {
	open  func() (*sqliteConn, error)
	slots chan struct{} // one for each reader at work

	mu   sync.Mutex
	idle []*sqliteConn
}

func newReaderPool(size int, open func() (*sqliteConn, error)) *readerPool {
	return &readerPool{open: open, slots: make(chan struct{}, size)}
}

// with calls fn with a connection of its own.
func (p *readerPool) with(ctx context.Context, fn func(*sqliteConn) error) error {
	select {
	case p.slots <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-p.slots }()
	conn, err := p.take()
	if err != nil {
		return err
	}
	defer p.put(conn)
	return fn(conn)
}

func (p *readerPool) take() (*sqliteConn, error) {
	p.mu.Lock()
	if n := len(p.idle); n > 0 {
		conn := p.idle[n-1]
		p.idle = p.idle[:n-1]
		p.mu.Unlock()
		return conn, nil
	}
	p.mu.Unlock()
	return p.open()
}

func (p *readerPool) put(conn *sqliteConn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = append(p.idle, conn)
}

func (p *readerPool) close() error {
	var failed error
	for _, conn := range p.idle {
		failed = errors.Join(failed, conn.close())
	}
	return failed
}
