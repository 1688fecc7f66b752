// The peer in Go: etcd's own concurrency.Mutex, one client, one session for all callers or one for each. It speaks the line
// protocol of src/programs/serve.ts and does what src/programs/run-load.ts does.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"go.etcd.io/etcd/clientv3"
	"go.etcd.io/etcd/clientv3/concurrency"
	"go.etcd.io/etcd/version"
	"go.uber.org/zap"
)

type load struct {
	Run      string  `json:"run"`
	Callers  int     `json:"callers"`
	Keys     string  `json:"keys"`
	Seconds  float64 `json:"seconds"`
	Sessions string  `json:"sessions"`
}

type result struct {
	Locks        uint64  `json:"locks"`
	ElapsedMs    float64 `json:"elapsedMs"`
	CpuUs        float64 `json:"cpuUs"`
	AcquireP50Ms float64 `json:"acquireP50Ms"`
	AcquireP99Ms float64 `json:"acquireP99Ms"`
	PairP50Ms    float64 `json:"pairP50Ms"`
	Fewest       uint64  `json:"fewest"`
	Most         uint64  `json:"most"`
}

type caller struct {
	session  *concurrency.Session
	count    uint64
	acquires []float64
	pairs    []float64
}

func cpuUs() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e3
}

func quantile(values []float64, part float64) float64 {
	if len(values) == 0 {
		return -1
	}
	index := int(part * float64(len(values)))
	if index >= len(values) {
		index = len(values) - 1
	}
	return values[index]
}

func openClient(endpoint string) *clientv3.Client {
	// At the end of a run waits are cancelled, which the client would log.
	logs := zap.NewProductionConfig()
	logs.Level = zap.NewAtomicLevelAt(zap.FatalLevel)
	client, err := clientv3.New(clientv3.Config{
		Endpoints:   []string{endpoint},
		DialTimeout: 5 * time.Second,
		LogConfig:   &logs,
	})
	if err != nil {
		panic(err)
	}
	return client
}

func openSession(client *clientv3.Client) *concurrency.Session {
	session, err := concurrency.NewSession(client, concurrency.WithTTL(10))
	if err != nil {
		panic(err)
	}
	return session
}

func run(l load, callers []*caller) (result, error) {
	var over int32
	var failed atomic.Value
	ctx, cancel := context.WithCancel(context.Background())
	var group sync.WaitGroup
	before := cpuUs()
	begin := time.Now()
	for index, c := range callers {
		name := "go/" + l.Run
		if l.Keys == "own" {
			name = fmt.Sprintf("go/%s-%d", l.Run, index)
		}
		group.Add(1)
		go func(c *caller) {
			defer group.Done()
			for atomic.LoadInt32(&over) == 0 {
				mutex := concurrency.NewMutex(c.session, name)
				asked := time.Now()
				if err := mutex.Lock(ctx); err != nil {
					if ctx.Err() == nil {
						failed.Store(err)
					}
					return
				}
				granted := time.Now()
				if err := mutex.Unlock(context.Background()); err != nil {
					failed.Store(err)
					return
				}
				if atomic.LoadInt32(&over) != 0 {
					return
				}
				atomic.AddUint64(&c.count, 1)
				c.acquires = append(c.acquires, granted.Sub(asked).Seconds()*1e3)
				c.pairs = append(c.pairs, time.Since(asked).Seconds()*1e3)
			}
		}(c)
	}
	time.Sleep(time.Duration(l.Seconds * float64(time.Second)))
	atomic.StoreInt32(&over, 1)
	elapsed := time.Since(begin)
	spent := cpuUs() - before
	r := result{ElapsedMs: elapsed.Seconds() * 1e3, CpuUs: spent}
	for index, c := range callers {
		count := atomic.LoadUint64(&c.count)
		r.Locks += count
		if index == 0 || count < r.Fewest {
			r.Fewest = count
		}
		if count > r.Most {
			r.Most = count
		}
	}
	cancel()
	group.Wait()
	var acquires, pairs []float64
	for _, c := range callers {
		acquires = append(acquires, c.acquires...)
		pairs = append(pairs, c.pairs...)
	}
	sort.Float64s(acquires)
	sort.Float64s(pairs)
	r.AcquireP50Ms = quantile(acquires, 0.5)
	r.AcquireP99Ms = quantile(acquires, 0.99)
	r.PairP50Ms = quantile(pairs, 0.5)
	if err, ok := failed.Load().(error); ok {
		return r, err
	}
	return r, nil
}

func write(word string, value interface{}) {
	line, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%s %s\n", word, line)
}

func main() {
	var settings struct {
		Endpoint string `json:"endpoint"`
	}
	if err := json.Unmarshal([]byte(os.Args[1]), &settings); err != nil {
		panic(err)
	}
	client := openClient(settings.Endpoint)
	shared := openSession(client)
	var others []*concurrency.Session
	write("ready", map[string]string{"go": runtime.Version(), "clientv3": version.Version})

	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		parts := strings.SplitN(lines.Text(), " ", 2)
		var l load
		if len(parts) != 2 || parts[0] != "run" {
			write("failed", "unknown command in "+lines.Text())
			continue
		}
		if err := json.Unmarshal([]byte(parts[1]), &l); err != nil {
			write("failed", err.Error())
			continue
		}
		callers := make([]*caller, l.Callers)
		for index := range callers {
			session := shared
			// Mutexes of one session on one name are the same mutex, and exclude nobody.
			if l.Sessions == "each" || l.Keys == "shared" {
				if index == len(others) {
					others = append(others, openSession(client))
				}
				session = others[index]
			}
			callers[index] = &caller{session: session}
		}
		r, err := run(l, callers)
		if err != nil {
			write("failed", err.Error())
			continue
		}
		write("result", r)
	}
	for _, session := range append(others, shared) {
		session.Close()
	}
}
