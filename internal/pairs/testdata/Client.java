import java.net.Socket;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** The JSSE client of the pairs: java -Dclient.… Client HOST PORT. */
public class Client {
    public static void main(String[] to) throws Exception {
        String disabled = System.getProperty("client.disabled");
        if (disabled != null) {
            Security.setProperty("jdk.tls.disabledAlgorithms", disabled);
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Anyone()}, null);
        try (Socket plain = new Socket(to[0], Integer.parseInt(to[1]));
                SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, to[0], Integer.parseInt(to[1]), true)) {
            String versions = System.getProperty("client.versions", "");
            if (!versions.isEmpty()) {
                socket.setEnabledProtocols(versions.split(","));
            }
            String suites = System.getProperty("client.suites", "");
            if (!suites.isEmpty()) {
                socket.setEnabledCipherSuites(suites.split(","));
            }
            SSLParameters parameters = socket.getSSLParameters();
            String alpn = System.getProperty("client.alpn", "");
            if (!alpn.isEmpty()) {
                parameters.setApplicationProtocols(alpn.split(","));
            }
            String name = System.getProperty("client.name", "");
            if (!name.isEmpty()) {
                parameters.setServerNames(List.of(new SNIHostName(name)));
            }
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            X509Certificate leaf = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            String key = leaf.getPublicKey().getAlgorithm();
            System.out.println("completed " + (key.equals("EC") ? "ECDSA" : key));
        }
    }

    /** Takes every certificate, also those that the algorithm constraints would refuse. */
    static class Anyone extends X509ExtendedTrustManager {
        public X509Certificate[] getAcceptedIssuers() { return new X509Certificate[0]; }
        public void checkClientTrusted(X509Certificate[] c, String a) {}
        public void checkServerTrusted(X509Certificate[] c, String a) {}
        public void checkClientTrusted(X509Certificate[] c, String a, Socket s) {}
        public void checkServerTrusted(X509Certificate[] c, String a, Socket s) {}
        public void checkClientTrusted(X509Certificate[] c, String a, javax.net.ssl.SSLEngine e) {}
        public void checkServerTrusted(X509Certificate[] c, String a, javax.net.ssl.SSLEngine e) {}
    }
}
