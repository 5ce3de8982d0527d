package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// process is a server under measurement.
type process struct {
	cmd        *exec.Cmd
	host       string
	connection string // the id of a SCIM connection
	token      string // of that connection
}

func build(ctx context.Context, dir string) (string, error) {
	binary := filepath.Join(dir, "joinery")
	cmd := exec.CommandContext(ctx, "go", "build", "-o", binary, "github.com/joineryhq/joinery/cmd/joinery")
	cmd.Stderr = os.Stderr
	return binary, cmd.Run()
}

const adminToken = "load-admin-token"

// organization is the slug of the organization of the connection, and domain is
// what it has verified.
const organization, domain = "load", "harbor.example"

// startJoinery starts `joinery serve` and makes a connection with a token.
func startJoinery(ctx context.Context, binary, url string) (*process, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	host := listener.Addr().String()
	_ = listener.Close()
	args := []string{"serve", "--listen", host, "--rate-limit", "0", "--log-level", "error"}
	if dir, ok := strings.CutPrefix(url, "sqlite:"); ok {
		args = append(args, "--data", filepath.Dir(dir))
	} else {
		args = append(args, "--database-url", url)
	}
	p := &process{cmd: exec.CommandContext(ctx, binary, args...), host: host}
	p.cmd.Env = append(os.Environ(), "JOINERY_ADMIN_TOKEN="+adminToken)
	p.cmd.Stderr = os.Stderr
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	if err := p.ready(ctx); err != nil {
		p.stop()
		return nil, err
	}
	if err := p.connect(ctx); err != nil {
		p.stop()
		return nil, err
	}
	return p, nil
}

// startLimit starts this program as the bare handler.
func startLimit(ctx context.Context, url string) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p := &process{cmd: exec.CommandContext(ctx, self, "-limit", url)}
	p.cmd.Stderr = os.Stderr
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		p.stop()
		return nil, fmt.Errorf("the bare handler did not start: %w", err)
	}
	p.host = strings.TrimSpace(line)
	return p, nil
}

func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	_ = p.cmd.Wait()
}

func (p *process) ready(ctx context.Context) error {
	for range 200 {
		response, err := http.Get("http://" + p.host + "/readyz")
		if err == nil {
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	return fmt.Errorf("the server on %s did not become ready", p.host)
}

// connect makes an organization with a domain, a connection and a token by the
// admin API.
func (p *process) connect(ctx context.Context) error {
	var made struct{ ID, Token string }
	if err := p.post(ctx, "/organizations", `{"name":"Load","slug":"`+organization+`"}`, &made); err != nil {
		return err
	}
	path := "/organizations/" + made.ID
	if err := p.post(ctx, path+"/domains", `{"domain":"`+domain+`","verified":true}`, nil); err != nil {
		return err
	}
	if err := p.post(ctx, path+"/connections", `{"name":"Load","idp":"generic"}`, &made); err != nil {
		return err
	}
	p.connection = made.ID
	err := p.post(ctx, "/connections/"+made.ID+"/tokens", `{"name":"load"}`, &made)
	p.token = made.Token
	return err
}

// importAccounts makes accounts of lines of JSON.
func (p *process) importAccounts(lines io.Reader) error {
	response, err := p.admin(context.Background(), "/accounts:import", "application/x-ndjson", lines)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	decoder := json.NewDecoder(response.Body)
	for {
		var result struct{ Status, Message string }
		if err := decoder.Decode(&result); err == io.EOF {
			return nil
		} else if err != nil || result.Status != "created" {
			return fmt.Errorf("importing accounts: %s %s %w", response.Status, result.Message, err)
		}
	}
}

func (p *process) post(ctx context.Context, path, body string, into any) error {
	response, err := p.admin(ctx, path, "application/json", strings.NewReader(body))
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusCreated {
		return fmt.Errorf("POST %s: %s %s", path, response.Status, answer)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(answer, into)
}

// admin sends a request to the admin API.
func (p *process) admin(ctx context.Context, path, contentType string, body io.Reader) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+p.host+"/api/v1"+path, body)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+adminToken)
	r.Header.Set("Content-Type", contentType)
	return http.DefaultClient.Do(r)
}

// megabytes is the resident memory of the process.
func (p *process) megabytes() float64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	for line := range bytes.Lines(status) {
		var kilobytes float64
		if _, err := fmt.Sscanf(string(line), "VmRSS: %f kB", &kilobytes); err == nil {
			return kilobytes / 1024
		}
	}
	return 0
}
