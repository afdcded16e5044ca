package io.weathervane.transport.http;

import io.weathervane.util.FileErrorMessages;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A certificate chain and its private key, read from PEM files by what the JDK has. */
final class PemKeyStoreReader {
    /** Most bytes of a file: 1 MiB. */
    private static final int BYTES_MAX = 1024 * 1024;

    private static final Pattern KEY = Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");

    private PemKeyStoreReader() {}

    /** The files are not what they should be; the message says which, and has nothing of their content. */
    static final class UnusableException extends Exception {
        private static final long serialVersionUID = 1L;

        UnusableException(String message) {
            super(message);
        }

        UnusableException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** A key store with the pair, for the server's socket only. */
    static KeyStore read(TlsFiles files, char[] password) throws UnusableException {
        Certificate[] chain = chain(files.certificate());
        PrivateKey key = key(files.key(), chain[0].getPublicKey());
        try {
            if (!belongTogether(key, chain[0].getPublicKey())) {
                throw new UnusableException(
                        "the key " + files.key() + " is not that of the first certificate in " + files.certificate());
            }
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, password);
            store.setKeyEntry("server", key, password, chain);
            return store;
        } catch (GeneralSecurityException | IOException e) {
            throw new UnusableException(
                    "the pair " + files.certificate() + " and " + files.key() + " cannot be used", e);
        }
    }

    private static Certificate[] chain(Path file) throws UnusableException {
        try {
            Certificate[] chain = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(bytes(file)))
                    .toArray(Certificate[]::new);
            if (chain.length == 0) {
                throw new UnusableException(file + " has no certificate");
            }
            ((X509Certificate) chain[0]).checkValidity();
            return chain;
        } catch (GeneralSecurityException e) {
            throw new UnusableException(
                    file + " has no certificate in PEM that is valid now ("
                            + e.getClass().getSimpleName() + ")",
                    e);
        }
    }

    private static PrivateKey key(Path file, PublicKey certified) throws UnusableException {
        Matcher pem = KEY.matcher(new String(bytes(file), StandardCharsets.ISO_8859_1));
        if (!pem.find()) {
            throw new UnusableException(file + " has no unencrypted PKCS#8 key (BEGIN PRIVATE KEY); convert it with"
                    + " `openssl pkcs8 -topk8 -nocrypt`");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(pem.group(1));
            return KeyFactory.getInstance(certified.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new UnusableException(
                    file + " has no " + certified.getAlgorithm() + " key, which is what the certificate is for");
        }
    }

    private static boolean belongTogether(PrivateKey key, PublicKey certified) throws GeneralSecurityException {
        String algorithm = switch (certified.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> certified.getAlgorithm();
        };
        byte[] sample = "a key and its certificate".getBytes(StandardCharsets.US_ASCII);
        Signature signer = Signature.getInstance(algorithm);
        signer.initSign(key);
        signer.update(sample);
        byte[] signature = signer.sign();
        Signature verifier = Signature.getInstance(algorithm);
        verifier.initVerify(certified);
        verifier.update(sample);
        return verifier.verify(signature);
    }

    private static byte[] bytes(Path file) throws UnusableException {
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes(BYTES_MAX);
        } catch (IOException e) {
            throw new UnusableException(file + " cannot be read: " + FileErrorMessages.reason(e), e);
        }
    }
}
