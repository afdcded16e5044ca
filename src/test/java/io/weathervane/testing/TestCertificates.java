package io.weathervane.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** An authority and the certificates that it signs, as files in PEM; made in milliseconds, where keytool takes seconds. */
public final class TestCertificates {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final String ECDSA = "06082a8648ce3d040302";
    private static final String RSA = "06092a864886f70d01010b0500";
    private static final String COMMON_NAME = "0603550403";
    private static final String BASIC_CONSTRAINTS = "0603551d13";
    private static final String ALTERNATIVE_NAMES = "0603551d11";
    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    private final Path folder;
    private final String name;
    private final KeyPair keys;

    /** A certificate and its key (PKCS#8). */
    public record CertificateAndKey(Path certificate, Path key) {}

    private TestCertificates(Path folder, String name, KeyPair keys) {
        this.folder = folder;
        this.name = name;
        this.keys = keys;
    }

    /** A new authority; its certificate is in NAME.crt. */
    public static TestCertificates authority(Path folder, String name) throws Exception {
        TestCertificates authority = new TestCertificates(folder, name, newKeys("EC"));
        byte[] constraints = sequence(hex(BASIC_CONSTRAINTS), tagged(0x04, sequence(tagged(0x01, new byte[] {-1}))));
        authority.issue(name, authority.keys, sequence(constraints), Duration.ofDays(1));
        return authority;
    }

    public Path certificate() {
        return folder.resolve(name + ".crt");
    }

    /** For a host or a client. It is of "127.0.0.1" and "localhost" where no other host is said. */
    public CertificateAndKey pair(String name, String algorithm, Duration validFor, Optional<String> host)
            throws Exception {
        KeyPair pair = newKeys(algorithm);
        byte[] names = host.map(one -> tagged(0x82, ascii(one)))
                .orElseGet(() -> concatenated(tagged(0x82, ascii("localhost")), tagged(0x87, LOOPBACK)));
        byte[] extension = sequence(hex(ALTERNATIVE_NAMES), tagged(0x04, tagged(0x30, names)));
        issue(name, pair, sequence(extension), validFor);
        write(name + ".key", "PRIVATE KEY", pair.getPrivate().getEncoded());
        return new CertificateAndKey(folder.resolve(name + ".crt"), folder.resolve(name + ".key"));
    }

    /** A pair of this machine that is good for a day. */
    public CertificateAndKey pair(String name) throws Exception {
        return pair(name, "EC", Duration.ofDays(1), Optional.empty());
    }

    /** When a certificate began to be valid. */
    static Instant validFrom(Path certificate) throws Exception {
        try (InputStream in = Files.newInputStream(certificate)) {
            return ((X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in))
                    .getNotBefore()
                    .toInstant();
        }
    }

    /** Already valid for an hour; a negative time makes one that has expired. */
    private void issue(String subject, KeyPair of, byte[] extensions, Duration validFor) throws Exception {
        Instant now = Instant.now();
        Instant begin = now.minus(Duration.ofHours(1)).isBefore(now.plus(validFor))
                ? now.minus(Duration.ofHours(1))
                : now.plus(validFor).minus(Duration.ofHours(1));
        byte[] signatureAlgorithm =
                sequence(hex(keys.getPrivate().getAlgorithm().equals("RSA") ? RSA : ECDSA));
        byte[] body = sequence(
                tagged(0xA0, tagged(0x02, new byte[] {2})),
                tagged(
                        0x02,
                        new BigInteger(63, new SecureRandom())
                                .add(BigInteger.ONE)
                                .toByteArray()),
                signatureAlgorithm,
                name(name),
                sequence(time(begin), time(now.plus(validFor))),
                name(subject),
                of.getPublic().getEncoded(),
                tagged(0xA3, extensions));
        byte[] signature = signed(keys.getPrivate(), body);
        byte[] bits = concatenated(new byte[] {0}, signature);
        write(subject + ".crt", "CERTIFICATE", sequence(body, signatureAlgorithm, tagged(0x03, bits)));
    }

    private static byte[] signed(PrivateKey key, byte[] body) throws GeneralSecurityException {
        Signature signature =
                Signature.getInstance(key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA");
        signature.initSign(key);
        signature.update(body);
        return signature.sign();
    }

    private static KeyPair newKeys(String algorithm) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(algorithm.equals("RSA") ? 2048 : 256);
        return generator.generateKeyPair();
    }

    private void write(String file, String what, byte[] der) throws IOException {
        String body = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der);
        Files.writeString(
                folder.resolve(file), "-----BEGIN " + what + "-----\n" + body + "\n-----END " + what + "-----\n");
    }

    private static byte[] name(String commonName) {
        byte[] text = tagged(0x0C, commonName.getBytes(StandardCharsets.UTF_8));
        return sequence(tagged(0x31, sequence(hex(COMMON_NAME), text)));
    }

    private static byte[] time(Instant instant) {
        return tagged(0x18, ascii(TIME.format(instant)));
    }

    private static byte[] sequence(byte[]... parts) {
        return tagged(0x30, concatenated(parts));
    }

    private static byte[] tagged(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = content.length;
        if (length >= 0x100) {
            out.write(0x82);
            out.write(length >> 8);
        } else if (length >= 0x80) {
            out.write(0x81);
        }
        out.write(length);
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] concatenated(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List.of(parts).forEach(out::writeBytes);
        return out.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
