import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
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
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/** A server of DTLS for the tests: java -Dpeer.… DTLSServer CERT KEY. */
public class DTLSServer {
    public static void main(String[] files) throws Exception {
        String versions = System.getProperty("peer.versions", "");
        String suites = System.getProperty("peer.suites", "");
        if (!versions.isEmpty() || !suites.isEmpty()) {
            Security.setProperty("jdk.tls.disabledAlgorithms", "");
            Security.setProperty("jdk.tls.legacyAlgorithms", "");
        }
        SSLContext context = SSLContext.getInstance("DTLS");
        KeyStore store = KeyStore.getInstance("JKS");
        store.load(null, null);
        Certificate[] chain = CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(Path.of(files[0]))))
            .toArray(new Certificate[0]);
        char[] password = "peers".toCharArray();
        store.setKeyEntry("key", key(files[1], (X509Certificate) chain[0]), password, chain);
        KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
        keys.init(store, password);
        context.init(keys.getKeyManagers(), null, null);

        DatagramChannel channel = DatagramChannel.open();
        channel.bind(new InetSocketAddress(InetAddress.getByName(System.getProperty("peer.host")), Integer.getInteger("peer.port")));
        Map<SocketAddress, SSLEngine> engines = new HashMap<>();
        ByteBuffer in = ByteBuffer.allocate(1 << 16);
        while (true) {
            in.clear();
            SocketAddress from = channel.receive(in);
            in.flip();
            SSLEngine engine = engines.get(from);
            if (engine == null) {
                engine = context.createSSLEngine();
                engine.setUseClientMode(false);
                if (!versions.isEmpty()) {
                    engine.setEnabledProtocols(versions.split(","));
                }
                if (!suites.isEmpty()) {
                    engine.setEnabledCipherSuites(suites.split(","));
                }
                engines.put(from, engine);
            }
            serve(engine, channel, from, in);
            if (engine.isInboundDone() || engine.isOutboundDone()) {
                engines.remove(from);
            }
        }
    }

    /** Goes on with a handshake as far as one datagram allows. */
    static void serve(SSLEngine engine, DatagramChannel channel, SocketAddress to, ByteBuffer in) throws Exception {
        ByteBuffer plain = ByteBuffer.allocate(1 << 16);
        ByteBuffer out = ByteBuffer.allocate(1 << 16);
        boolean read = true;
        for (int i = 0; i < 200; i++) {
            HandshakeStatus status = engine.getHandshakeStatus();
            try {
                if (status == HandshakeStatus.NEED_TASK) {
                    engine.getDelegatedTask().run();
                } else if (status == HandshakeStatus.NEED_WRAP) {
                    out.clear();
                    SSLEngineResult result = engine.wrap(ByteBuffer.allocate(0), out);
                    out.flip();
                    if (out.hasRemaining()) {
                        channel.send(out, to);
                    }
                    if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
                        return;
                    }
                } else if (status == HandshakeStatus.NEED_UNWRAP_AGAIN || read || in.hasRemaining()) {
                    plain.clear();
                    SSLEngineResult result = engine.unwrap(read ? in : status == HandshakeStatus.NEED_UNWRAP_AGAIN ? ByteBuffer.allocate(0) : in, plain);
                    read = false;
                    if (result.getStatus() == SSLEngineResult.Status.CLOSED && engine.isOutboundDone()) {
                        return;
                    }
                } else {
                    return;
                }
            } catch (SSLException e) {
                System.out.println(e.getMessage());
                if (engine.getHandshakeStatus() != HandshakeStatus.NEED_WRAP) {
                    return; // else the alert goes out
                }
            }
        }
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
}
