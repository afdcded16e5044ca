package io.weathervane.config;

import java.nio.file.Path;

/**
 * A pair of PEM files.
 *
 * @param certificate the server's, and those between it and the root, in this order
 * @param key its private key: PKCS#8, not encrypted
 */
public record TlsSettings(Path certificate, Path key) {
    static TlsSettings from(Section section, Path base) {
        return new TlsSettings(
                Paths.file(section, "certificate", base)
                        .orElseThrow(() -> section.missing("certificate", "a PEM file with the certificate chain")),
                Paths.file(section, "key", base)
                        .orElseThrow(() -> section.missing("key", "a PEM file with the private key (PKCS#8)")));
    }
}
