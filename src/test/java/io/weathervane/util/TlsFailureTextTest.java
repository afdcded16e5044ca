package io.weathervane.util;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** By the JDK's own messages; with real servers it is seen in TlsCredentialsTest. */
class TlsFailureTextTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        Unsupported or unrecognized SSL message    | it does not speak TLS there
        Received fatal alert: certificate_required | it wants a client certificate that it believes (tls.certificate and tls.key): Received fatal alert: certificate_required
        Received fatal alert: handshake_failure    | no TLS connection comes about: Received fatal alert: handshake_failure
        No name matching a.example found           | its certificate is for another host
        """)
    void saysWhatIsWrongInWords(String message, String words) {
        assertThat(TlsFailureText.of(new IOException("wrapped", new SSLException(message))))
                .contains(words);
    }

    @Test
    void aConnectionThatEndsInTheHandshakeIsSaidToDoSo() {
        SSLHandshakeException ended = new SSLHandshakeException("Remote host terminated the handshake");
        ended.initCause(new EOFException("SSL peer shut down incorrectly"));

        assertThat(TlsFailureText.of(ended)).contains("it ended the connection in the middle of the TLS handshake");
    }

    @Test
    void whatHasNothingToDoWithTlsIsLeftToOthers() {
        assertThat(TlsFailureText.of(new IOException("connection reset"))).isEmpty();
    }
}
