//go:build linux

// Command delaynet joins two network namespaces by a pair of TUN devices and
// holds every packet for a while in each direction. The handshake of TCP pays
// the delay as everything else does, and a reset stays a reset: it is for
// kernels without sch_netem. Each namespace must have a TUN device of the name
// given, which delaynet opens; it ends when it is killed.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

func main() {
	a := flag.String("a", "", "one namespace")
	b := flag.String("b", "", "the other")
	device := flag.String("device", "t0", "TUN device in both")
	delay := flag.Duration("delay", 25*time.Millisecond, "in each direction")
	flag.Parse()
	left, err := open(*a, *device)
	if err == nil {
		var right *os.File
		if right, err = open(*b, *device); err == nil {
			fmt.Println("joined")
			go carry(left, right, *delay)
			err = carry(right, left, *delay)
		}
	}
	fmt.Fprintln(os.Stderr, "delaynet:", err)
	os.Exit(1)
}

// open opens the TUN device of a namespace.
func open(namespace, device string) (*os.File, error) {
	type opened struct {
		f   *os.File
		err error
	}
	done := make(chan opened)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with its namespace
		f, err := openHere(namespace, device)
		done <- opened{f, err}
	}()
	o := <-done
	return o.f, o.err
}

func openHere(namespace, device string) (*os.File, error) {
	ns, err := os.Open("/run/netns/" + namespace)
	if err != nil {
		return nil, err
	}
	defer ns.Close()
	if err := unix.Setns(int(ns.Fd()), unix.CLONE_NEWNET); err != nil {
		return nil, fmt.Errorf("enter %s: %w", namespace, err)
	}
	fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("open /dev/net/tun: %w", err)
	}
	request, err := unix.NewIfreq(device)
	if err != nil {
		return nil, err
	}
	request.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
	if err := unix.IoctlIfreq(fd, unix.TUNSETIFF, request); err != nil {
		return nil, fmt.Errorf("attach to %s of %s: %w", device, namespace, err)
	}
	return os.NewFile(uintptr(fd), namespace+"/"+device), nil
}

type packet struct {
	due   time.Time
	bytes []byte
}

// carry moves packets from one device to the other, each delay after it came.
func carry(from, to *os.File, delay time.Duration) error {
	queue := make(chan packet, 1<<14)
	go func() {
		for p := range queue {
			time.Sleep(time.Until(p.due))
			to.Write(p.bytes) // a device that is full drops, as a link does
		}
	}()
	b := make([]byte, 1<<16)
	for {
		n, err := from.Read(b)
		if err != nil {
			return fmt.Errorf("read a packet: %w", err)
		}
		queue <- packet{time.Now().Add(delay), append([]byte(nil), b[:n]...)}
	}
}
