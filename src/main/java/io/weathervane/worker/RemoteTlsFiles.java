package io.weathervane.worker;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Files in PEM that a TLS connection goes by.
 *
 * @param ca certificates of the authorities that are believed, in place of those that the JDK knows
 * @param client what the server shows of itself where it is asked for a certificate
 */
public record RemoteTlsFiles(Optional<Path> ca, Optional<ClientCertificate> client) {
    /**
     * A certificate and its private key.
     *
     * @param certificate the certificate, then those between it and its authority
     */
    public record ClientCertificate(Path certificate, Path key) {}

    /** Configuration without files: TLS by the JDK's own means. */
    public static RemoteTlsFiles none() {
        return new RemoteTlsFiles(Optional.empty(), Optional.empty());
    }

    public boolean isEmpty() {
        return ca.isEmpty() && client.isEmpty();
    }
}
