//go:build !linux

package lab

import "net"

func setTTL(*net.TCPConn, int) {}

func segmentsIn(*net.TCPConn) int { return 0 }

func largestSegment(*net.TCPConn) int { return 0 }
