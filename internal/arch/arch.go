// Package arch holds no code. Its tests are the policies of the module that
// the compiler does not enforce.
package arch
