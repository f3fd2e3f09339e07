// A TLS client: lines "PORT NAME ROOTS.pem" in, a line for each handshake out.
const fs = require('fs'), net = require('net'), tls = require('tls');

function handshake(line) {
  const [port, name, roots] = line.split(' ');
  const options = {host: '127.0.0.1', port: Number(port), ca: fs.readFileSync(roots)};
  if (!net.isIP(name)) options.servername = name;
  return new Promise((done) => {
    const socket = tls.connect(options, () => { socket.destroy(); done('ok'); });
    socket.on('error', (error) => done(error.code || error.message));
  });
}

(async () => {
  for (const line of fs.readFileSync(0, 'utf8').trim().split('\n')) console.log(await handshake(line));
})();
