package testenv

import (
	"bytes"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// AdminToken is the admin token of every Program.
const AdminToken = "an-admin-token-of-the-tests"

// Program is joinery that runs as a process of its own.
type Program struct {
	URL string
	cmd *exec.Cmd
	log bytes.Buffer
}

// BuildProgram builds joinery as it is in this tree, and returns the path of the
// binary, which is there until the end of the test.
func BuildProgram(tb testing.TB) string {
	tb.Helper()
	binary := filepath.Join(tb.TempDir(), "joinery")
	out, err := exec.Command("go", "build", "-o", binary, "github.com/joineryhq/joinery/cmd/joinery").CombinedOutput()
	if err != nil {
		tb.Fatalf("building joinery: %v\n%s", err, out)
	}
	return binary
}

// StartProgram runs `joinery serve` on a free port of the loopback, with flags
// such as --data, until the end of the test. It returns once that is ready.
func StartProgram(tb testing.TB, binary string, flags ...string) *Program {
	tb.Helper()
	port, err := freePort()
	if err != nil {
		tb.Fatal(err)
	}
	address := "127.0.0.1:" + port
	p := &Program{URL: "http://" + address}
	p.cmd = exec.Command(binary, append([]string{"serve", "--listen", address, "--rate-limit", "0", "--log-level", "error"}, flags...)...)
	p.cmd.Env = append(os.Environ(), "JOINERY_ADMIN_TOKEN="+AdminToken)
	p.cmd.Stdout, p.cmd.Stderr = &p.log, &p.log
	if err := p.cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		p.Kill()
		if tb.Failed() && p.log.Len() > 0 {
			tb.Logf("joinery on %s:\n%s", address, p.log.String())
		}
	})
	for range 400 {
		response, err := http.Get(p.URL + "/readyz")
		if err == nil {
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return p
			}
		}
		time.Sleep(25 * time.Millisecond)
	}
	tb.Fatal("joinery did not become ready")
	return nil
}

// Kill ends the program with SIGKILL, and returns once it has ended.
func (p *Program) Kill() {
	_ = p.cmd.Process.Kill() // it may have ended
	_ = p.cmd.Wait()
}

func freePort() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer listener.Close() //nolint:errcheck // it was only opened to learn its port
	_, port, err := net.SplitHostPort(listener.Addr().String())
	return port, err
}
