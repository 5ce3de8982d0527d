package joinery

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"
)

// Resolver looks up DNS records. *net.Resolver is one.
type Resolver interface {
	// LookupTXT returns the TXT records of a name.
	LookupTXT(ctx context.Context, name string) ([]string, error)
}

// DomainData is the payload of the audit's lines about a domain, whose subject
// is its name.
type DomainData struct {
	Domain string      `json:"domain"`
	State  DomainState `json:"state"`
	Method string      `json:"method,omitempty"`
}

// The ways in which a domain was verified.
const (
	VerifiedByDNS      = "dns"
	VerifiedByOperator = "operator"
)

// maxDomains is how many domains an organization has at the most.
const maxDomains = 1000

// AddDomain adds a domain to an organization. One that an operator vouches for
// is verified at once, also where it was added before. Otherwise one that is
// there already fails with Conflict and reason domain_exists.
func (s *Service) AddDomain(ctx context.Context, organizationID, name string, vouched bool) (d *Domain, err error) {
	name, err = cleanDomain(name)
	if err != nil {
		return nil, err
	}
	err = s.transact(ctx, Caller{}, func(w *work) error {
		if _, err := w.tx.Organization(organizationID); err != nil {
			return err
		}
		list, err := w.tx.Domains(organizationID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(d *Domain) bool { return d.Name == name })
		switch {
		case i < 0 && len(list) >= maxDomains:
			return Errorf(Conflict, "too_many_domains", "An organization has %d domains at the most. Remove one first.", maxDomains)
		case i < 0:
			d = &Domain{OrganizationID: organizationID, Name: name, State: DomainPending, Token: newSecret(""), Created: w.at}
			err = w.insertDomain(d)
		case !vouched || list[i].State == DomainVerified:
			return &Error{Kind: Conflict, Reason: "domain_exists", Field: "domain", Message: fmt.Sprintf("The organization has the domain %s already.", name)}
		default:
			d = list[i]
		}
		if err != nil || !vouched {
			return err
		}
		return w.verifyDomain(d, VerifiedByOperator)
	})
	if err != nil {
		return nil, collided(err)
	}
	return d, nil
}

func (w *work) insertDomain(d *Domain) error {
	if err := w.tx.InsertDomain(d); err != nil {
		return err
	}
	return w.auditDomain(DomainAdded, d)
}

func (w *work) verifyDomain(d *Domain, method string) error {
	d.State, d.Method, d.Verified = DomainVerified, method, &w.at
	if err := w.tx.UpdateDomain(d); err != nil {
		return err
	}
	return w.auditDomain(DomainWasVerified, d)
}

func (w *work) auditDomain(eventType EventType, d *Domain) error {
	return w.audit(eventType, d.OrganizationID, d.Name, DomainData{Domain: d.Name, State: d.State, Method: d.Method}, nil, nil)
}

// Domains lists an organization's domains by name.
func (s *Service) Domains(ctx context.Context, organizationID string) (list []*Domain, err error) {
	err = s.store.View(ctx, func(tx Tx) error {
		if _, err := tx.Organization(organizationID); err != nil {
			return err
		}
		list, err = tx.Domains(organizationID)
		return err
	})
	return list, err
}

// VerifyDomain looks for the TXT record of a domain. Where it is not there it
// fails with Conflict and reason domain_not_verified, and says what is.
func (s *Service) VerifyDomain(ctx context.Context, organizationID, name string) (d *Domain, err error) {
	name = foldDomain(name)
	err = s.store.View(ctx, func(tx Tx) error {
		d, err = tx.Domain(organizationID, name)
		return err
	})
	if err != nil || d.State == DomainVerified {
		return d, err
	}
	looked := d.TXTValue()
	if err := s.lookUpDomain(ctx, d); err != nil {
		return nil, err
	}
	err = s.transact(ctx, Caller{}, func(w *work) error {
		if d, err = w.tx.Domain(organizationID, name); err != nil || d.State == DomainVerified {
			return err
		}
		if d.TXTValue() != looked { // removed and added again meanwhile
			return notVerified(d, nil)
		}
		return w.verifyDomain(d, VerifiedByDNS)
	})
	if err != nil {
		return nil, err
	}
	return d, nil
}

// lookUpTime is how long a look-up in the DNS may take.
const lookUpTime = 10 * time.Second

func (s *Service) lookUpDomain(ctx context.Context, d *Domain) error {
	ctx, cancel := context.WithTimeout(ctx, lookUpTime)
	defer cancel()
	records, err := s.resolver.LookupTXT(ctx, d.TXTName())
	if e, ok := errors.AsType[*net.DNSError](err); ok && e.IsNotFound {
		records, err = nil, nil
	}
	if err != nil {
		return &Error{Kind: Unavailable, Reason: "dns_failed", Message: fmt.Sprintf("The TXT records of %s could not be looked up. Try again later.", d.TXTName()), Err: err}
	}
	for _, record := range records {
		if strings.TrimSpace(record) == d.TXTValue() {
			return nil
		}
	}
	return notVerified(d, records)
}

// maxShownRecords and maxShownRecord bound what an error says of foreign records.
const (
	maxShownRecords = 5
	maxShownRecord  = 100
)

func notVerified(d *Domain, records []string) error {
	found := "there is none"
	if len(records) > 0 {
		shown := make([]string, min(len(records), maxShownRecords))
		for i := range shown {
			shown[i] = fmt.Sprintf("%.*q", maxShownRecord, records[i])
		}
		found = "found was " + strings.Join(shown, ", ")
	}
	return Errorf(Conflict, "domain_not_verified", "A TXT record of %s must be %q; %s. It can take a while until a new record is seen.", d.TXTName(), d.TXTValue(), found)
}

// RemoveDomain takes a domain from an organization, or fails with NotFound.
// What was done by it stays.
func (s *Service) RemoveDomain(ctx context.Context, organizationID, name string) error {
	return s.transact(ctx, Caller{}, func(w *work) error {
		d, err := w.tx.Domain(organizationID, foldDomain(name))
		if err != nil {
			return err
		}
		if err := w.tx.DeleteDomain(organizationID, d.Name); err != nil {
			return err
		}
		return w.auditDomain(DomainRemoved, d)
	})
}
