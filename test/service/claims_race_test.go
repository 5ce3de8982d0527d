package service

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const (
	raceRounds = 3 // of each race
	strangers  = 6 // connections, each of an organization of its own
	siblings   = 3 // connections of one organization
	tries      = 3 // requests of each connection
)

// TestRaces has many connections and people ask for the same at the same moment.
func TestRaces(t *testing.T) {
	onDeployments(t, map[string]func(*deployment){
		"one email":          raceForOneEmail,
		"one username":       raceForOneUsername,
		"numbers":            raceForNumbers,
		"sign-ins":           raceOfSignIns,
		"sign-in or push":    raceOfSignInAndPush,
		"sign-in and change": raceOfSignInAndChange,
		"case":               raceOfActions,
	})
}

// raceForOneEmail has connections push a User each with the same email. Nobody
// adopts who is a member already.
func raceForOneEmail(d *deployment) {
	for round := range raceRounds {
		email := fmt.Sprintf("kai%d@one.example", round)
		d.oneWins("email_taken", `{"member":"refuse"}`, func(i int) string {
			return fmt.Sprintf(`{"userName":"u%d-%d","externalId":"x%d","emails":[{"value":%q,"primary":true}]}`, round, i, i, mixed(email, i))
		})
		same(d.T, "accounts with the email", 1, len(d.accounts("email="+email)))
	}
}

// raceForOneUsername has connections of the preset that takes the userName as it
// is push a User each with the same one.
func raceForOneUsername(d *deployment) {
	for round := range raceRounds {
		name := fmt.Sprintf("kim%d", round)
		email := func(i int) string { return fmt.Sprintf("kim%d@n%d.example", round, i) }
		d.oneWins("username_taken", `{"preset":"pulumi"}`, func(i int) string {
			return fmt.Sprintf(`{"userName":%q,"emails":[{"value":%q}]}`, mixed(name, i), email(i))
		})
		holders := d.accounts("username=" + name)
		same(d.T, "accounts with the username", 1, len(holders))
		withEmail := 0
		for i := range strangers + siblings {
			withEmail += len(d.accounts("email=" + email(i)))
		}
		same(d.T, "accounts with one of the emails", 1, withEmail)
	}
}

// oneWins has each of many connections push a User, several times at once. One
// request is let in. Whoever sent another has one case, which counts them.
func (d *deployment) oneWins(reason, policy string, user func(connection int) string) {
	d.Helper()
	contenders := d.contenders(policy)
	answers := atOnce(tries*len(contenders), func(i int) answer {
		return d.through(i, contenders[i/tries]).send("POST", "/Users", user(i/tries))
	})
	winners := 0
	for i, c := range contenders {
		codes, won := refusals(d.T, answers[i*tries:(i+1)*tries])
		users, reason := 0, reason
		if won {
			winners++
			users, reason = 1, "duplicate_user" // what its other requests met
		}
		same(d.T, "users of a connection", users, len(c.find("/Users", "id pr")))
		var want, got []string
		for _, code := range slices.Compact(codes) {
			want = append(want, fmt.Sprint(code, " open ", reason, " ", len(codes)))
		}
		for _, found := range d.cases(c) {
			got = append(got, fmt.Sprint(text(found, "code"), " ", text(found, "status"), " ", text(found, "reason"), " ", found["attempts"]))
		}
		same(d.T, "cases of a connection", want, got)
	}
	same(d.T, "connections whose User was let in", 1, winners)
}

// contenders are connections of many organizations, and several of one.
func (d *deployment) contenders(policy string) (list []*client) {
	d.Helper()
	for range strangers {
		list = append(list, d.connect(d.organization(), policy))
	}
	shared := d.organization()
	for range siblings {
		list = append(list, d.connect(shared, policy))
	}
	return list
}

var caseCode = regexp.MustCompile(`C-[0-9A-Z]{5}\b`)

// refusals are the codes of the cases that answers name. All but one answer at
// the most must be refusals.
func refusals(t *testing.T, answers []answer) (codes []string, won bool) {
	t.Helper()
	for _, a := range answers {
		code := caseCode.FindString(text(a.object(), "detail"))
		switch {
		case a.status == 201 && !won:
			won = true
		case a.status != 409 || text(a.object(), "scimType") != "uniqueness" || code == "":
			t.Errorf("not let in, nor refused with a case: %d %s", a.status, a.body)
		default:
			codes = append(codes, code)
		}
	}
	return codes, won
}

// raceForNumbers has connections push people who would all like to have the same
// username: each gets one of his own.
func raceForNumbers(d *deployment) {
	const each = 5
	for round := range raceRounds {
		name := fmt.Sprintf("ada-%c", 'a'+round)
		contenders := d.contenders(`{}`)
		email := func(i int) string { return fmt.Sprintf("%s@n%d.example", name, i) }
		answers := atOnce(each*len(contenders), func(i int) answer {
			return d.through(i, contenders[i%len(contenders)]).send("POST", "/Users", fmt.Sprintf(`{"userName":%q}`, email(i)))
		})
		var usernames []string
		for i, a := range answers {
			if a.status != 201 {
				d.Errorf("%d %s", a.status, a.body)
				continue
			}
			for _, account := range d.accounts("email=" + email(i)) {
				usernames = append(usernames, strings.ToLower(text(account, "username")))
			}
		}
		slices.Sort(usernames)
		same(d.T, "different usernames", len(answers), len(slices.Compact(usernames)))
		if !slices.Contains(usernames, name) {
			d.Errorf("nobody got %s itself: %v", name, usernames)
		}
	}
}
