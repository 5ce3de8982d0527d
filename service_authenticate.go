package joinery

import (
	"context"
	"sync"
	"time"
)

// Authenticate finds the connection that a SCIM token belongs to. A token that
// is unknown, revoked or expired fails with Unauthorized.
func (s *Service) Authenticate(ctx context.Context, secret string) (*Connection, *Token, error) {
	hash := HashToken(secret)
	begin := s.now()
	found, generation := s.leases.find(hash, begin)
	if found == nil {
		found = &lease{until: begin.Add(leaseTime)}
		err := s.store.View(ctx, func(tx Tx) (err error) {
			found.token, found.connection, err = tx.TokenByHash(hash)
			return err
		})
		if KindOf(err) == NotFound {
			return nil, nil, errUnknownToken
		}
		if err != nil {
			return nil, nil, err
		}
		s.leases.keep(hash, found, generation)
	}
	token := found.token
	if token.Expired(begin) {
		return nil, nil, Errorf(Unauthorized, "expired_token", "The token expired at %s. Make a new token for this connection and enter it in the identity provider.", token.Expires.Format(time.RFC3339))
	}
	s.touch(ctx, token, s.clock())
	return found.connection, token, nil
}

var errUnknownToken = Errorf(Unauthorized, "unknown_token", "The token is not known here, or was revoked. Make a new token for this connection and enter it in the identity provider.")

// leaseTime is how long a process may take a token as it has read it. Where
// other processes write to the same database, whoever changes a token or its
// connection waits for that long before he answers: by then all have read anew.
const leaseTime = time.Second

// maxLeases bounds the memory; beyond it tokens are read each time.
const maxLeases = 10_000

// lease is a token that was read lately, and its connection.
type lease struct {
	token      *Token
	connection *Connection
	until      time.Time
}

// leases remembers the tokens that were read within leaseTime, so that a burst
// of requests reads its token once.
type leases struct {
	mu         sync.RWMutex
	byHash     map[TokenHash]*lease
	generation int // counts the changes; a token read before one is not kept
}

func (l *leases) find(hash TokenHash, now time.Time) (*lease, int) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if found := l.byHash[hash]; found != nil && now.Before(found.until) {
		return found, l.generation
	}
	return nil, l.generation
}

func (l *leases) keep(hash TokenHash, found *lease, generation int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if generation != l.generation {
		return
	}
	if l.byHash == nil {
		l.byHash = map[TokenHash]*lease{}
	}
	if len(l.byHash) >= maxLeases {
		clear(l.byHash)
	}
	l.byHash[hash] = found
}

// drop forgets what was read of a connection in this process.
func (l *leases) drop(connectionID string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.generation++
	for hash, found := range l.byHash {
		if found.connection.ID == connectionID {
			delete(l.byHash, hash)
		}
	}
}

// forget drops what was read of a connection, here and, by waiting, elsewhere.
func (s *Service) forget(ctx context.Context, connectionID string) error {
	s.leases.drop(connectionID)
	if s.store.Exclusive() {
		return nil
	}
	timer := time.NewTimer(leaseTime)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
