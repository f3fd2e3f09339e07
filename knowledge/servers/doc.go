// Package servers is what parley knows of server software: how each expresses
// an intent, as data, one group of software a file. Causes name intents; here
// every software says once how it carries them out.
package servers
