import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** The JSSE server of the tests: java -Dpeer.… Server CERT KEY [CERT KEY]. */
public class Server {
    public static void main(String[] files) throws Exception {
        String versions = System.getProperty("peer.versions", "");
        String suites = System.getProperty("peer.suites", "");
        // What a test names is to be served even where the JDK's policy would
        // not; it is read when the first SSLContext is made.
        if (!versions.isEmpty() || !suites.isEmpty() || Boolean.getBoolean("peer.weak")) {
            Security.setProperty("jdk.tls.disabledAlgorithms", "");
            Security.setProperty("jdk.tls.legacyAlgorithms", "");
        }
        int port = Integer.getInteger("peer.port");
        InetAddress host = InetAddress.getByName(System.getProperty("peer.host"));
        ServerSocket listener;
        if (Boolean.getBoolean("peer.plain")) {
            listener = new ServerSocket(port, 50, host);
        } else {
            listener = listen(files, port, host, versions, suites);
        }
        while (true) {
            Socket socket = listener.accept();
            Thread thread = new Thread(() -> serve(socket));
            thread.setDaemon(true);
            thread.start();
        }
    }

    static ServerSocket listen(String[] files, int port, InetAddress host, String versions, String suites) throws Exception {
        // PKCS #12 refuses a chain whose certificates do not follow from one another.
        KeyStore store = KeyStore.getInstance("JKS");
        store.load(null, null);
        char[] password = "peers".toCharArray();
        for (int i = 0; i + 1 < files.length; i += 2) {
            Certificate[] chain = CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(Path.of(files[i]))))
                .toArray(new Certificate[0]);
            store.setKeyEntry("key" + i, key(files[i + 1], (X509Certificate) chain[0]), password, chain);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
        keys.init(store, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trusted(System.getProperty("peer.clients", "")), null);
        SSLServerSocket listener = (SSLServerSocket) context.getServerSocketFactory().createServerSocket(port, 50, host);
        if (!versions.isEmpty()) {
            listener.setEnabledProtocols(versions.split(","));
        }
        if (!suites.isEmpty()) {
            listener.setEnabledCipherSuites(suites.split(","));
        }
        SSLParameters parameters = listener.getSSLParameters();
        String alpn = System.getProperty("peer.alpn", "");
        if (!alpn.isEmpty()) {
            parameters.setApplicationProtocols(alpn.split(","));
        }
        String name = System.getProperty("peer.name", "");
        if (!name.isEmpty()) {
            parameters.setSNIMatchers(List.of(SNIHostName.createSNIMatcher(name.replace(".", "\\."))));
        }
        switch (System.getProperty("peer.auth", "")) {
            case "want": parameters.setWantClientAuth(true); break;
            case "need": parameters.setNeedClientAuth(true); break;
        }
        listener.setSSLParameters(parameters);
        return listener;
    }

    /** The trust managers for the CA in a file, or the virtual machine's own. */
    static TrustManager[] trusted(String file) throws Exception {
        if (file.isEmpty()) {
            return null;
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("clients", CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(Path.of(file)))));
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return factory.getTrustManagers();
    }

    static PrivateKey key(String file, X509Certificate cert) throws Exception {
        StringBuilder body = new StringBuilder();
        for (String line : Files.readAllLines(Path.of(file))) {
            if (!line.startsWith("-----")) {
                body.append(line);
            }
        }
        return KeyFactory.getInstance(cert.getPublicKey().getAlgorithm())
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body.toString())));
    }

    static void serve(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            if (in.read(new byte[4096]) > 0) {
                socket.getOutputStream().write("HTTP/1.0 200 OK\r\n\r\nok\n".getBytes(StandardCharsets.US_ASCII));
            }
        } catch (Exception e) {
            System.out.println(e);
        }
    }
}
