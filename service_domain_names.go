package joinery

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/joineryhq/joinery/scim"
)

func foldDomain(name string) string {
	return strings.TrimSuffix(scim.Fold(strings.TrimSpace(name)), ".")
}

// domainPattern asks for labels of letters, digits and hyphens, of which the
// last one begins with a letter (RFC 1123 2.1).
var domainPattern = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`)

// maxDomain is the longest name for which TXTName still is one (RFC 1035 2.3.4).
const maxDomain = 253 - len("_joinery.")

// publicDomains are of mail providers at which anyone gets an address. Whose
// addresses they are, no organization can say.
var publicDomains = []string{
	"126.com", "163.com", "aol.com", "fastmail.com", "gmail.com", "gmx.at", "gmx.ch", "gmx.com", "gmx.de", "gmx.net",
	"googlemail.com", "hey.com", "hotmail.co.uk", "hotmail.com", "hotmail.de", "hotmail.fr", "icloud.com", "laposte.net",
	"libero.it", "live.com", "mac.com", "mail.com", "mail.ru", "me.com", "msn.com", "naver.com", "orange.fr",
	"outlook.com", "outlook.de", "outlook.fr", "pm.me", "posteo.de", "proton.me", "protonmail.com", "qq.com", "rediffmail.com",
	"t-online.de", "tuta.com", "tutanota.com", "uol.com.br", "web.de", "yahoo.co.in", "yahoo.co.jp", "yahoo.co.uk",
	"yahoo.com", "yahoo.de", "yahoo.fr", "yandex.com", "yandex.ru", "ymail.com", "zoho.com",
}

// cleanDomain folds a domain and checks it.
func cleanDomain(name string) (string, error) {
	folded := foldDomain(name)
	if len(folded) > maxDomain || !domainPattern.MatchString(folded) {
		return "", invalidField("domain", "The domain must be one such as example.com: labels of letters, digits and hyphens with dots between them, %d characters at the most, an international one in its form that begins with xn--.", maxDomain)
	}
	if slices.Contains(publicDomains, folded) {
		return "", &Error{Kind: Invalid, Reason: "public_domain", Field: "domain", Message: fmt.Sprintf("Anyone can have an email at %s, so that no organization can verify it.", folded)}
	}
	return folded, nil
}
