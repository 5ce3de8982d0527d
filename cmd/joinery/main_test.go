package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/joineryhq/joinery/internal/testenv"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"joinery": main})
}

// TestScripts runs the scripts in testdata. Each has an address of its own that
// `joinery serve` listens on and the other commands ask. Beside the commands of
// testscript there are:
//
//	ready               wait until the server is ready
//	set NAME PATH       set a variable to a value of the JSON on stdout: id,
//	                    token.token, cases.0.code
//	scim METHOD PATH [FILE]
//	                    send a SCIM request to $SCIM_URL with $SCIM_TOKEN and
//	                    print status and answer
//	api METHOD PATH [FILE]
//	                    the same with the admin API and $JOINERY_TOKEN
//	consent METHOD SECRET
//	                    what the owner of an account does with a one-time link
//	pick NAME REGEXP    set a variable to the first group of a match in stdout
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, params(nil))
}

// TestScriptsOnPostgres runs those in which a server keeps something.
func TestScriptsOnPostgres(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"tour", "restart", "cases", "merge"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := params(map[string]string{"JOINERY_DATABASE_URL": testenv.PostgresURL(t)})
			p.Dir, p.Files = "", []string{"testdata/" + name + ".txtar"}
			testscript.Run(t, p)
		})
	}
}

func params(variables map[string]string) testscript.Params {
	return testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			for name, value := range variables {
				env.Setenv(name, value)
			}
			return setup(env)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"ready": ready, "set": set, "scim": scimRequest, "api": apiRequest, "pick": pick, "consent": consent,
		},
	}
}

func setup(env *testscript.Env) error {
	address, err := freeAddress()
	if err != nil {
		return err
	}
	env.Setenv("JOINERY_LISTEN", address)
	env.Setenv("JOINERY_URL", "http://"+address)
	return nil
}

var hosts atomic.Int32

// freeAddress returns an address that nobody listens on. On Linux each has a
// loopback host of its own, so that nothing else takes the port meanwhile.
func freeAddress() (string, error) {
	host := "127.0.0.1"
	if runtime.GOOS == "linux" {
		host = fmt.Sprintf("127.%d.%d.%d", 64+os.Getpid()>>8%64, os.Getpid()%256, hosts.Add(1))
	}
	listener, err := net.Listen("tcp", host+":0")
	if err != nil {
		return "", err
	}
	defer listener.Close()
	return listener.Addr().String(), nil
}

func ready(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: ready")
	}
	url := ts.Getenv("JOINERY_URL") + "/readyz"
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		response, err := http.Get(url)
		if err != nil {
			continue
		}
		response.Body.Close()
		if response.StatusCode == http.StatusOK {
			return
		}
	}
	ts.Fatalf("%s was not ready within a minute", url)
}

func set(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: set NAME PATH")
	}
	var value any
	text := ts.ReadFile("stdout")
	ts.Check(json.Unmarshal([]byte(text[max(strings.Index(text, "{"), 0):]), &value)) // behind the status of scim
	for name := range strings.SplitSeq(args[1], ".") {
		switch inner := value.(type) {
		case map[string]any:
			value = inner[name]
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i >= len(inner) {
				ts.Fatalf("there is no %s at %s", name, args[1])
			}
			value = inner[i]
		}
	}
	found, ok := value.(string)
	if !ok {
		ts.Fatalf("there is no text at %s", args[1])
	}
	ts.Setenv(args[0], found)
}

func scimRequest(ts *testscript.TestScript, neg bool, args []string) {
	request(ts, neg, args, ts.Getenv("SCIM_URL"), ts.Getenv("SCIM_TOKEN"), "application/scim+json")
}

func apiRequest(ts *testscript.TestScript, neg bool, args []string) {
	request(ts, neg, args, ts.Getenv("JOINERY_URL")+"/api/v1", ts.Getenv("JOINERY_TOKEN"), "application/json")
}

func request(ts *testscript.TestScript, neg bool, args []string, base, token, mediaType string) {
	if len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: scim|api METHOD PATH [FILE]")
	}
	body := ""
	if len(args) == 3 {
		body = os.Expand(ts.ReadFile(args[2]), ts.Getenv)
	}
	request, err := http.NewRequest(args[0], base+args[1], strings.NewReader(body))
	ts.Check(err)
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Content-Type", mediaType)
	response, err := http.DefaultClient.Do(request)
	ts.Check(err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	ts.Check(err)
	fmt.Fprintf(ts.Stdout(), "%s\n%s\n", response.Status, text)
	if failed := response.StatusCode >= 400; failed != neg {
		ts.Fatalf("the server answered %s", response.Status)
	}
}

func consent(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: consent METHOD SECRET")
	}
	request(ts, neg, []string{args[0], "/consent/" + args[1]}, ts.Getenv("JOINERY_URL"), "", "application/x-www-form-urlencoded")
}

func pick(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: pick NAME REGEXP")
	}
	match := regexp.MustCompile(args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if len(match) < 2 {
		ts.Fatalf("nothing in stdout matches %s", args[1])
	}
	ts.Setenv(args[0], match[1])
}
