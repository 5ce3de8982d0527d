package simulate

import (
	"fmt"
	"strings"
)

// Person is somebody in the identity provider's directory.
type Person struct {
	ID         string // the provider's own id, sent as externalId
	UserName   string
	GivenName  string
	FamilyName string
	Title      string
	Department string
	Number     string // of employment
	Phone      string // "" for none
	Locality   string // "" for none
	Language   string
	Manager    string // the ID of another person, "" for none

	Change PersonChange
}

// PersonChange is what happens to a person in the course of the simulated life.
type PersonChange struct {
	FamilyName string // takes this name
	Department string // moves here
	UserName   string // signs in under this name from then on
	Suspended  bool   // is deactivated for a while
	Leaves     bool   // leaves for good
	Returns    bool   // is hired again after leaving; only a provider that deletes makes a difference
}

// Group is a group of the identity provider's directory.
type Group struct {
	ID      string // the provider's own id
	Name    string
	Members []string // IDs of people

	Change GroupChange
}

// GroupChange is what happens to a group in the course of the simulated life.
type GroupChange struct {
	Join      []string // IDs of people who become members
	Leave     []string // IDs of people who cease to be members
	Name      string   // the group is renamed to this
	Dissolved bool
}

// Directory is what an identity provider knows.
type Directory struct {
	People []Person
	Groups []Group
}

var (
	givenNames  = strings.Fields("Mira Kai Noa Tess Ines Ola Lea Jon Ada Emil Signe Tariq Yuki Bram Zola Iris Matteo Freya Omar Linh Ruth Anselm Priya Teodor")
	familyNames = strings.Fields("Holt Ito Kerr Berg Vidal Ruiz Lund Okafor Sato Moreau Novak Haddad Lindqvist Adeyemi Costa Brandt Nguyen Weiss Silva Marsh Petrov Ahmadi Falk Oduya")
	titles      = []string{"Pilot", "Harbour Master", "Navigator", "Engineer", "Chart Maker", "Purser", "Quartermaster"}
	departments = []string{"Fleet", "Harbour", "Workshop", "Chart Room"}
	localities  = []string{"Bergen", "Porto", "", "Leith", "Gdańsk"}
	languages   = []string{"nb-NO", "en-GB", "pt-PT", "de-DE", "fr-FR"}
	groupNames  = []string{"Deck Crew", "Lab Staff", "Night Watch", "Harbour Office", "Engine Room", "Chart Readers", "First Aid", "Everyone"}
)

// NewDirectory makes a directory with the given numbers of people and groups.
// The same arguments make the same directory; two domains share no person.
func NewDirectory(domain string, people, groups int) Directory {
	d := Directory{}
	for i := range people {
		d.People = append(d.People, newPerson(domain, i))
	}
	for i := range groups {
		d.Groups = append(d.Groups, newGroup(domain, i, groups, d.People))
	}
	return d
}

func newPerson(domain string, i int) Person {
	given := givenNames[i%len(givenNames)]
	family := familyNames[(i*5+i/len(givenNames))%len(familyNames)]
	name := strings.ToLower(given + "." + family)
	if round := i / len(givenNames); round > 0 {
		name += fmt.Sprint(round + 1)
	}
	p := Person{
		ID:         fmt.Sprintf("%s-%05d", domainKey(domain), i+1),
		UserName:   name + "@" + domain,
		GivenName:  given,
		FamilyName: family,
		Title:      titles[i%len(titles)],
		Department: departments[i%len(departments)],
		Number:     fmt.Sprint(7001 + i),
		Locality:   localities[i%len(localities)],
		Language:   languages[i%len(languages)],
	}
	if i%3 != 2 {
		p.Phone = fmt.Sprintf("+47 12 34 %02d %02d", i/100%100, i%100)
	}
	if i > 0 {
		p.Manager = fmt.Sprintf("%s-%05d", domainKey(domain), i/6+1)
		if p.Manager == p.ID {
			p.Manager = ""
		}
	}
	p.Change = newChange(p, i)
	return p
}

// newChange gives most people something that happens to them.
func newChange(p Person, i int) PersonChange {
	switch i % 8 {
	case 1:
		return PersonChange{FamilyName: p.FamilyName + "-Vale"}
	case 2:
		return PersonChange{Department: "Head Office"}
	case 3:
		return PersonChange{Suspended: true}
	case 5:
		return PersonChange{Leaves: true, Returns: i%16 == 13}
	case 6:
		local, host, _ := strings.Cut(p.UserName, "@")
		return PersonChange{UserName: local + ".new@" + host}
	}
	return PersonChange{}
}

func newGroup(domain string, i, groups int, people []Person) Group {
	name := groupNames[i%len(groupNames)]
	if round := i / len(groupNames); round > 0 {
		name += fmt.Sprintf(" %d", round+1)
	}
	g := Group{ID: fmt.Sprintf("%s-g%03d", domainKey(domain), i+1), Name: name + " (" + domain + ")"}
	var others []string
	for n, p := range people {
		if n%groups == i || (n*3+1)%groups == i {
			g.Members = append(g.Members, p.ID)
		} else if !p.Change.Leaves {
			others = append(others, p.ID)
		}
	}
	g.Change.Join = others[:min(2, len(others))]
	g.Change.Leave = g.Members[:min(2, len(g.Members))]
	switch {
	case i == 0:
		g.Change.Name = strings.Replace(g.Name, name, name+" & Friends", 1)
	case i == groups-1:
		g.Change.Dissolved = true
	}
	return g
}

// domainKey makes the beginning of ids from a domain, so that they are as
// unique as the domain.
func domainKey(domain string) string {
	return strings.ReplaceAll(strings.ToLower(domain), ".", "-")
}
