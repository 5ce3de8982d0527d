package service

import (
	"fmt"
	"slices"
)

// raceOfSignIns has one new person sign in many times at once.
func raceOfSignIns(d *deployment) {
	for round := range raceRounds {
		c, email := d.connect(d.organization(), `{}`), fmt.Sprintf("mia%d@one.example", round)
		answers := atOnce(racers, func(i int) answer { return d.signIn(i, c, "s", email) })
		user := d.samePerson(answers, email)
		same(d.T, "users", []string{user}, texts(c.find("/Users", "id pr"), "id"))
	}
}

// raceOfSignInAndPush has the identity provider push a person who signs in: by
// turns under the userName that a sign-in gives a User, and under another one.
func raceOfSignInAndPush(d *deployment) {
	for round := range 2 * raceRounds {
		c, email := d.connect(d.organization(), `{}`), fmt.Sprintf("noa%d@one.example", round)
		userName := []string{email, "noa"}[round%2]
		body := fmt.Sprintf(`{"userName":%q,"externalId":"x","emails":[{"value":%q,"primary":true}]}`, userName, email)
		answers := atOnce(racers, func(i int) answer {
			if i%4 == 0 {
				return d.through(i/4, c).send("POST", "/Users", body)
			}
			return d.signIn(i, c, "s", email)
		})
		var pushes, signIns []answer
		for i, a := range answers {
			if i%4 == 0 {
				pushes = append(pushes, a)
			} else {
				signIns = append(signIns, a)
			}
		}
		user := d.samePerson(signIns, email)
		same(d.T, "users", []string{user}, texts(c.find("/Users", "id pr"), "id"))
		codes, won := refusals(d.T, pushes)
		if userName != email && !won {
			d.Errorf("no push took the User of the sign-in over: %v", pushes)
		}
		if cases := d.cases(c); len(slices.Compact(codes)) > 1 || len(cases) > 1 {
			d.Errorf("the pushes were refused with several cases: %v", cases)
		}
	}
}

// raceOfSignInAndChange has a person sign in while the identity provider
// suspends and resumes him: by turns one whom it pushed and one who came by a
// sign-in. Both are told what they asked for, and he is what he was last made.
func raceOfSignInAndChange(d *deployment) {
	for round := range 2 * raceRounds {
		c, email := d.connect(d.organization(), `{"guard":{"action":"off"}}`), fmt.Sprintf("tor%d@one.example", round)
		if round%2 == 0 {
			c.ok(201, "POST", "/Users", fmt.Sprintf(`{"userName":%q,"externalId":"x"}`, email))
		}
		user, account := c.signIn("s", email, "")
		setActive := func(i int, active bool) answer {
			return d.through(i, c).send("PATCH", "/Users/"+user, patch(fmt.Sprintf(`{"op":"replace","path":"active","value":%t}`, active)))
		}
		answers := atOnce(racers, func(i int) answer {
			if i%2 == 0 {
				return d.signIn(i/2, c, "s", email)
			}
			return setActive(i/2, i%4 == 1)
		})
		for _, active := range []bool{false, true} {
			answers = append(answers, setActive(0, active))
			decision := map[bool]string{false: "deny", true: "allow"}[active]
			same(d.T, "a sign-in afterwards", decision, text(d.signIn(0, c, "s", email).object(), "decision"))
		}
		for _, a := range answers {
			if a.status != 200 {
				d.Errorf("%d %s", a.status, a.body)
			}
		}
		again, stillHis := c.signIn("s", email, "")
		same(d.T, "user and account", []string{user, account}, []string{again, stillHis})
	}
}

// signIn reports a sign-in to one of the servers.
func (d *deployment) signIn(i int, c *client, subject, email string) answer {
	return d.server(i).api("POST", "/sign-ins", fmt.Sprintf(`{"connection_id":%q,"subject":%q,"email":%q}`, c.id, subject, email))
}

// samePerson holds that sign-ins are all allowed, and are of one User and one
// account, which alone has the email. It returns the User.
func (d *deployment) samePerson(signIns []answer, email string) (user string) {
	d.Helper()
	var account string
	for i, a := range signIns {
		result := a.object()
		if i == 0 {
			user, account = text(result, "user_id"), text(result, "account.id")
		}
		if a.status != 200 || text(result, "decision") != "allow" || text(result, "user_id") != user || text(result, "account.id") != account {
			d.Errorf("the sign-in is not of the user %s with the account %s: %d %s", user, account, a.status, a.body)
		}
	}
	holders := d.accounts("email=" + email)
	same(d.T, "accounts with the email", []string{account}, texts(holders, "id"))
	for _, holder := range holders {
		same(d.T, "its links", []string{user}, texts(holder["links"], "user_id"))
	}
	return user
}

// raceOfActions has operators settle one case in different ways at the same
// moment.
func raceOfActions(d *deployment) {
	actions := []string{`{"action":"connect"}`, `{"action":"release"}`, `{"action":"dismiss","reason":"no"}`}
	for round := range 2 * raceRounds {
		c, email := d.connect(d.organization(), `{}`), fmt.Sprintf("lea%d@one.example", round)
		holder := d.server(0).account(email)
		body := fmt.Sprintf(`{"userName":%q,"externalId":"x"}`, email)
		c.ok(409, "POST", "/Users", body)
		code := text(d.cases(c)[0], "code")
		answers := atOnce(2*len(actions), func(i int) answer {
			return d.server(i).api("POST", "/cases/"+code+"/actions", actions[i/2])
		})
		d.checkSettled(c, answers, email, holder)
	}
}

// checkSettled holds that one action on a case was carried out, that the others
// were told so, and that what is there is what that action leads to.
func (d *deployment) checkSettled(c *client, answers []answer, email, holder string) {
	d.Helper()
	resolution := ""
	for _, a := range answers {
		switch {
		case a.status == 200 && resolution == "":
			resolution = text(a.object(), "resolution")
		case a.status != 409 || text(a.object(), "reason") != "case_closed":
			d.Errorf("neither carried out nor too late: %d %s", a.status, a.body)
		}
	}
	settled := d.cases(c)
	same(d.T, "the case", []string{resolution}, texts(settled, "resolution"))
	users := c.find("/Users", fmt.Sprintf("userName eq %q", email))
	accounts := texts(d.accounts("email="+email), "id")
	switch resolution {
	case "connect":
		same(d.T, "users", 1, len(users))
		same(d.T, "who has the email", []string{holder}, accounts)
	case "release":
		same(d.T, "users", 1, len(users))
		if len(accounts) != 1 || accounts[0] == holder {
			d.Errorf("the email was released, and %v have it", accounts)
		}
	case "dismiss":
		same(d.T, "users", 0, len(users))
		same(d.T, "who has the email", []string{holder}, accounts)
	default:
		d.Errorf("no action was carried out: %v", answers)
	}
}
