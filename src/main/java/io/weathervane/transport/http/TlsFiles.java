package io.weathervane.transport.http;

import java.nio.file.Path;

/** The PEM files of a server: its certificate chain, and its private key (PKCS#8). */
public record TlsFiles(Path certificate, Path key) {}
