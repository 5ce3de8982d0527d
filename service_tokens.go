package joinery

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"
)

// TokenData is the payload of the audit's lines about a token.
type TokenData struct {
	Name    string     `json:"name"`
	Expires *time.Time `json:"expires_at,omitempty"`
}

func tokenData(t *Token) TokenData { return TokenData{Name: t.Name, Expires: t.Expires} }

// CreateToken makes a token for a connection and returns its secret, which is
// not kept. By names who asked for it.
func (s *Service) CreateToken(ctx context.Context, connectionID, name, by string, expires *time.Time) (*Token, string, error) {
	secret := newSecret(scimTokenPrefix)
	token := &Token{
		ID:           s.newID(),
		ConnectionID: connectionID,
		Name:         strings.TrimSpace(name),
		Hash:         HashToken(secret),
		Created:      s.clock(),
		CreatedBy:    by,
	}
	if err := validateName(token.Name); err != nil {
		return nil, "", err
	}
	if expires != nil {
		at := expires.UTC().Truncate(time.Millisecond)
		if !at.After(token.Created) {
			return nil, "", invalidField("expires_at", "The expiry must lie in the future.")
		}
		token.Expires = &at
	}
	err := s.transact(ctx, Caller{}, func(w *work) error {
		c, err := w.connection(connectionID)
		if err != nil {
			return err
		}
		if err := w.tx.InsertToken(token); err != nil {
			return err
		}
		return w.audit(TokenCreated, c.OrganizationID, token.ID, tokenData(token), nil, nil)
	})
	if err != nil {
		return nil, "", err
	}
	return token, secret, nil
}

// Tokens lists a connection's tokens by id.
func (s *Service) Tokens(ctx context.Context, connectionID string) (list []*Token, err error) {
	err = s.store.View(ctx, func(tx Tx) error {
		if _, err := tx.Connection(connectionID); err != nil {
			return err
		}
		list, err = tx.Tokens(connectionID)
		return err
	})
	return list, err
}

// RevokeToken deletes a token. Once it returns, no server accepts it.
func (s *Service) RevokeToken(ctx context.Context, connectionID, id string) error {
	err := s.transact(ctx, Caller{}, func(w *work) error {
		c, err := w.connection(connectionID)
		if err != nil {
			return err
		}
		tokens, err := w.tx.Tokens(connectionID)
		if err != nil {
			return err
		}
		err = w.tx.DeleteToken(connectionID, id)
		i := slices.IndexFunc(tokens, func(t *Token) bool { return t.ID == id })
		if err != nil || i < 0 {
			return err
		}
		return w.audit(TokenRevoked, c.OrganizationID, id, tokenData(tokens[i]), nil, nil)
	})
	if err != nil {
		return err
	}
	return s.forget(ctx, connectionID)
}

// touchEvery is how exact Token.LastUsed is.
const touchEvery = time.Minute

// touches remembers which tokens this process has touched lately, so that a
// burst of requests writes LastUsed once.
type touches struct {
	mu   sync.Mutex
	last map[string]time.Time
}

// due reports whether the token is to be touched now, and then takes it as done.
func (t *touches) due(token *Token, now time.Time) bool {
	if token.LastUsed != nil && now.Sub(*token.LastUsed) < touchEvery {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if last, ok := t.last[token.ID]; ok && now.Sub(last) < touchEvery {
		return false
	}
	if t.last == nil {
		t.last = map[string]time.Time{}
	}
	for id, last := range t.last {
		if now.Sub(last) >= touchEvery {
			delete(t.last, id)
		}
	}
	t.last[token.ID] = now
	return true
}

// touch records the use of a token. That it fails is no reason to refuse the
// request.
func (s *Service) touch(ctx context.Context, token *Token, now time.Time) {
	if !s.touches.due(token, now) {
		return
	}
	err := s.store.Update(ctx, func(tx Tx) error { return tx.TouchToken(token.ConnectionID, token.ID, now) })
	if err != nil {
		s.log.WarnContext(ctx, "token use not recorded", "token_id", token.ID, "error", err)
	}
}

// AuthenticateAdmin returns whose an admin token is, or fails with Unauthorized.
func (s *Service) AuthenticateAdmin(ctx context.Context, secret string) (Actor, error) {
	actor := Actor{Type: ActorAdmin}
	err := s.store.View(ctx, func(tx Tx) (err error) {
		actor.ID, actor.Name, err = tx.AdminToken(HashToken(secret))
		return err
	})
	if KindOf(err) == NotFound {
		return Actor{}, Errorf(Unauthorized, "unknown_token", "The admin token is not known here.")
	}
	return actor, err
}

// EnsureAdminToken makes an admin token where the store has none, and returns
// its secret, which is not kept; "" where there was one.
func (s *Service) EnsureAdminToken(ctx context.Context) (secret string, err error) {
	err = s.store.Update(ctx, func(tx Tx) error {
		secret = ""
		exists, err := tx.AdminTokenExists()
		if err != nil || exists {
			return err
		}
		secret = newSecret(adminTokenPrefix)
		return tx.InsertAdminToken(s.newID(), "first", HashToken(secret), s.clock())
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}
