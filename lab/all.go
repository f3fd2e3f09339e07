package lab

// faults are all faults, sorted by variable. A test compares the list with the
// package's source.
var faults = []Fault{
	accept10And11,
	acceptOnly10,
	answerAMQP,
	answerFTP,
	answerHTTP,
	answerIMAP,
	answerLDAP,
	answerMQTT,
	answerMySQL,
	answerPOP3,
	answerPostgres,
	answerRedis,
	answerSMTP,
	answerSSH,
	closeEveryHello,
	neverAnswer,
	refuseConnections,
	require12,
	require12OfJava,
	resetEveryHello,
	writeProxyHeader,
}
