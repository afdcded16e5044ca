package io.weathervane.util;

import java.io.EOFException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/** Explains in words why a TLS connection to a server failed, since Java explains it by the steps of its search. */
public final class TlsFailureText {
    private static final int CAUSES_MAX = 10;

    private TlsFailureText() {}

    /** The end of a sentence such as "cannot reach X: "; empty when the failure has nothing to do with TLS. */
    public static Optional<String> of(Throwable failure) {
        Optional<SSLException> tls = causes(failure)
                .filter(SSLException.class::isInstance)
                .map(SSLException.class::cast)
                .findFirst();
        return tls.map(TlsFailureText::reason);
    }

    private static String reason(SSLException failure) {
        if (causes(failure).anyMatch(CertificateExpiredException.class::isInstance)) {
            return "its certificate has expired";
        }
        if (causes(failure).anyMatch(CertificateNotYetValidException.class::isInstance)) {
            return "its certificate is not valid yet";
        }
        String said = said(failure);
        if (said.contains("PKIX path") || said.contains("unable to find valid certification path")) {
            return "its certificate is of no authority that is believed here (tls.ca names another)";
        }
        if (said.contains("No subject alternative") || said.contains("No name matching")) {
            return "its certificate is for another host";
        }
        return alert(said, failure);
    }

    private static String alert(String said, SSLException failure) {
        String lower = said.toLowerCase(Locale.ROOT);
        if (lower.contains("certificate_required")
                || (lower.contains("fatal alert") && lower.contains("certificate_"))
                || lower.contains("bad_certificate")
                || lower.contains("unknown_ca")) {
            return "it wants a client certificate that it believes (tls.certificate and tls.key): " + shown(said);
        }
        if (lower.contains("unsupported or unrecognized ssl message") || lower.contains("plaintext connection")) {
            return "it does not speak TLS there";
        }
        if (causes(failure).anyMatch(EOFException.class::isInstance)) {
            return "it ended the connection in the middle of the TLS handshake";
        }
        return "no TLS connection comes about: " + shown(said);
    }

    private static String shown(String said) {
        return SafeText.line(said, 200);
    }

    /** The messages of it and of its causes. */
    private static String said(Throwable failure) {
        return causes(failure)
                .map(one -> String.valueOf(one.getMessage()))
                .distinct()
                .reduce((all, one) -> all.contains(one) ? all : all + ": " + one)
                .orElse("");
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, one -> one != null, Throwable::getCause).limit(CAUSES_MAX);
    }
}
