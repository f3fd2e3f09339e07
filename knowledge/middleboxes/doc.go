// Package middleboxes is what parley knows of those who answer in a server's
// place: products that end TLS on the path and make certificates of their own,
// and edge networks that stand before an origin. Each is an entry with the names
// that give it away, where they are from, and specimens that must match or not.
package middleboxes

// Date is the day on which the entries were last gone through.
const Date = "2026-11-22"
