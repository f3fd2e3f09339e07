// The HTTPS server of the Node.js peers, in the JavaScript of Node 0.8:
//   node server.js OPTIONS.json
var fs = require('fs');
var config = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));

function answer(request, response) { response.end('ok\n'); }
function read(name) { return fs.readFileSync(name); }
// Before 0.12 cert and key are one each, not lists.
function oneOrMany(list) { return list.length === 1 ? list[0] : list; }

var server;
if (config.plain) {
  server = require('http').createServer(answer);
} else {
  var options = {};
  if (config.certs) {
    options.cert = oneOrMany(config.certs.map(read));
    options.key = oneOrMany(config.keys.map(read));
  }
  ['secureProtocol', 'secureOptions', 'minVersion', 'maxVersion', 'ciphers', 'ecdhCurve', 'sigalgs', 'ALPNProtocols', 'requestCert', 'rejectUnauthorized'].forEach(function (name) {
    if (config[name] !== undefined) options[name] = config[name];
  });
  if (config.ca) options.ca = [read(config.ca)];
  if (config.dhparam) options.dhparam = read(config.dhparam);
  server = require('https').createServer(options, answer);
}
server.on('clientError', function (error, socket) {
  console.log('client error: ' + (error && error.message));
  if (socket && socket.destroy) socket.destroy();
});
server.on('tlsClientError', function (error) { console.log('TLS client error: ' + (error && error.message)); });
process.on('uncaughtException', function (error) {
  console.log('uncaught: ' + error.message);
  if (!server || error.code === 'EADDRINUSE') process.exit(1);
});
server.listen(config.port, config.host);
