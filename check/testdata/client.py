# client.py PORT: one request over HTTPS, as urllib makes it.
import ssl, sys, urllib.request

context = ssl.create_default_context()
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
urllib.request.urlopen("https://localhost:%s/" % sys.argv[1], context=context, timeout=10).read()
