package io.weathervane.worker.remote.auth;

import io.weathervane.util.PemFileException;
import io.weathervane.util.PemFiles;
import io.weathervane.worker.RemoteTlsFiles;
import io.weathervane.worker.RemoteTlsFiles.ClientCertificate;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** TLS by a release's files as they are now. Whose host a certificate is for is checked by the client that connects. */
final class TlsContexts {
    /** Never leaves the process: what it locks is in memory only. */
    private static final char[] PASSWORD = "in memory".toCharArray();

    private final RemoteTlsFiles files;
    private final Clock clock;

    TlsContexts(RemoteTlsFiles files, Clock clock) {
        this.files = files;
        this.clock = clock;
    }

    /** For the release's own server: only the authorities of the file are believed. Empty when there are no files. */
    Optional<SSLContext> own() throws CredentialException {
        return context(/* usualToo= */ false);
    }

    /** For a server beside it, which may be a public one: the authorities of the file and those that the JDK knows. */
    Optional<SSLContext> withUsualAuthorities() throws CredentialException {
        return context(/* usualToo= */ true);
    }

    private Optional<SSLContext> context(boolean usualToo) throws CredentialException {
        if (files.isEmpty()) {
            return Optional.empty();
        }
        try {
            List<X509Certificate> authorities = new ArrayList<>(ownAuthorities());
            if (usualToo && !authorities.isEmpty()) {
                authorities.addAll(usualAuthorities());
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keyManagers(), trustManagers(authorities), null);
            return Optional.of(context);
        } catch (PemFileException e) {
            throw new CredentialException("TLS cannot be used: " + e.getMessage(), e);
        } catch (GeneralSecurityException e) {
            throw new CredentialException("the JDK makes no TLS context of the files of tls", e);
        }
    }

    private List<X509Certificate> ownAuthorities() throws PemFileException {
        Optional<Path> ca = files.ca();
        return ca.isPresent() ? PemFiles.authorities(ca.get(), clock.instant()) : List.of();
    }

    private KeyManager @Nullable [] keyManagers() throws PemFileException, GeneralSecurityException {
        Optional<ClientCertificate> client = files.client();
        if (client.isEmpty()) {
            return null;
        }
        KeyStore store =
                PemFiles.keyStore(client.get().certificate(), client.get().key(), PASSWORD, clock.instant());
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, PASSWORD);
        return factory.getKeyManagers();
    }

    /** @param authorities empty for those that the JDK knows */
    private static TrustManager[] trustManagers(List<X509Certificate> authorities)
            throws PemFileException, GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(authorities.isEmpty() ? null : PemFiles.trustStore(authorities));
        return factory.getTrustManagers();
    }

    private static List<X509Certificate> usualAuthorities() throws PemFileException, GeneralSecurityException {
        return Stream.of(trustManagers(List.of()))
                .filter(X509TrustManager.class::isInstance)
                .flatMap(manager -> Stream.of(((X509TrustManager) manager).getAcceptedIssuers()))
                .toList();
    }
}
