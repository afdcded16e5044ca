package io.weathervane.util;

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
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and private keys, read from files in PEM by what the JDK has. */
public final class PemFiles {
    /** Most bytes of a file: 1 MiB. */
    private static final int BYTES_MAX = 1024 * 1024;

    private static final Pattern KEY = Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");
    private static final Pattern OTHER_KEY = Pattern.compile("-----BEGIN ((RSA|EC|DSA|ENCRYPTED) PRIVATE KEY)-----");

    private PemFiles() {}

    /**
     * A key store with one certificate, those between it and its authority, and its key.
     *
     * @param password never leaves the process: what it locks is in memory only
     * @param now when the certificate must be valid
     */
    public static KeyStore keyStore(Path certificate, Path key, char[] password, Instant now) throws PemFileException {
        List<X509Certificate> chain = certificates(certificate);
        requireValid(certificate, chain.get(0), now);
        PublicKey certified = chain.get(0).getPublicKey();
        PrivateKey own = key(key, certified);
        try {
            if (!belongTogether(own, certified)) {
                throw new PemFileException(
                        "the key " + key + " is not that of the first certificate in " + certificate);
            }
            KeyStore store = empty(password);
            store.setKeyEntry("own", own, password, chain.toArray(Certificate[]::new));
            return store;
        } catch (GeneralSecurityException e) {
            throw new PemFileException("the pair " + certificate + " and " + key + " cannot be used", e);
        }
    }

    /**
     * The certificates of authorities that are to be believed. Those that are not valid are left out.
     *
     * @param now when at least one must be valid
     */
    public static List<X509Certificate> authorities(Path file, Instant now) throws PemFileException {
        List<X509Certificate> all = certificates(file);
        List<X509Certificate> valid =
                all.stream().filter(one -> validity(one, now).isEmpty()).toList();
        if (valid.isEmpty()) {
            requireValid(file, all.get(0), now);
        }
        return valid;
    }

    /** A key store that believes these authorities and no others. */
    public static KeyStore trustStore(List<X509Certificate> authorities) throws PemFileException {
        try {
            KeyStore store = empty(new char[0]);
            for (int i = 0; i < authorities.size(); i++) {
                store.setCertificateEntry("authority-" + i, authorities.get(i));
            }
            return store;
        } catch (GeneralSecurityException e) {
            throw new PemFileException("the certificates of the authorities cannot be used", e);
        }
    }

    private static KeyStore empty(char[] password) throws GeneralSecurityException, PemFileException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, password);
            return store;
        } catch (IOException e) {
            throw new PemFileException("the JDK makes no key store", e);
        }
    }

    private static List<X509Certificate> certificates(Path file) throws PemFileException {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            for (Certificate one : CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(bytes(file)))) {
                certificates.add((X509Certificate) one);
            }
        } catch (GeneralSecurityException e) {
            throw new PemFileException(file + " has no certificate in PEM that can be read", e);
        }
        if (certificates.isEmpty()) {
            throw new PemFileException(file + " has no certificate in PEM (BEGIN CERTIFICATE)");
        }
        return certificates;
    }

    private static void requireValid(Path file, X509Certificate certificate, Instant now) throws PemFileException {
        String reason = validity(certificate, now);
        if (!reason.isEmpty()) {
            throw new PemFileException(file + " has no certificate that is valid now: it " + reason);
        }
    }

    /** Problem with the certificate's period of validity, as the end of a sentence; empty when there is none. */
    private static String validity(X509Certificate certificate, Instant now) {
        Instant begin = certificate.getNotBefore().toInstant();
        Instant end = certificate.getNotAfter().toInstant();
        if (now.isAfter(end)) {
            return "expired at " + end;
        }
        return now.isBefore(begin) ? "is valid from " + begin + " on" : "";
    }

    private static PrivateKey key(Path file, PublicKey certified) throws PemFileException {
        String text = new String(bytes(file), StandardCharsets.ISO_8859_1);
        Matcher pem = KEY.matcher(text);
        if (!pem.find()) {
            Matcher other = OTHER_KEY.matcher(text);
            throw new PemFileException(
                    file + (other.find() ? " has a key of another form (BEGIN " + other.group(1) + ")" : " has no key")
                            + "; what is read is an unencrypted PKCS#8 key (BEGIN PRIVATE KEY): convert one with"
                            + " `openssl pkcs8 -topk8 -nocrypt -in " + file.getFileName() + "`");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(pem.group(1));
            return KeyFactory.getInstance(certified.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // Without its cause, which may quote the key.
            throw new PemFileException(
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

    private static byte[] bytes(Path file) throws PemFileException {
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes(BYTES_MAX);
        } catch (IOException e) {
            throw new PemFileException(file + " cannot be read: " + FileErrorMessages.reason(e), e);
        }
    }
}
