// client.js PORT: one request over HTTPS, in any Node.js since 0.8.
var https = require('https');
var options = { host: 'localhost', port: +process.argv[2], path: '/', rejectUnauthorized: false, agent: false };
https.get(options, function (answer) { answer.on('data', function () {}); answer.on('end', process.exit); })
	.on('error', function () { process.exit(1); });
