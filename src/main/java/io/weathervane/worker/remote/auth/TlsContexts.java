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
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
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
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keyManagers(), trustManagers(usualToo), null);
            return Optional.of(context);
        } catch (PemFileException e) {
            throw new CredentialException("TLS cannot be used: " + e.getMessage(), e);
        } catch (GeneralSecurityException e) {
            throw new CredentialException("the JDK makes no TLS context of the files of tls", e);
        }
    }

    /** Null for none: the JDK's own. */
    private KeyManager @Nullable [] keyManagers() throws PemFileException, GeneralSecurityException {
        Optional<ClientCertificate> client = files.client();
        if (client.isEmpty()) {
            return null;
        }
        Path certificate = client.get().certificate();
        Path key = client.get().key();
        ReloadingKeyManager reloading = new ReloadingKeyManager(
                new ReloadedFromFiles<>(List.of(certificate, key), () -> keyManager(certificate, key)));
        return new KeyManager[] {reloading};
    }

    private X509ExtendedKeyManager keyManager(Path certificate, Path key)
            throws PemFileException, GeneralSecurityException {
        KeyStore store = PemFiles.keyStore(certificate, key, PASSWORD, clock.instant());
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, PASSWORD);
        return only(X509ExtendedKeyManager.class, factory.getKeyManagers());
    }

    private TrustManager @Nullable [] trustManagers(boolean usualToo)
            throws PemFileException, GeneralSecurityException {
        Optional<Path> ca = files.ca();
        if (ca.isEmpty()) {
            return null;
        }
        ReloadingTrustManager reloading = new ReloadingTrustManager(
                new ReloadedFromFiles<>(List.of(ca.get()), () -> trustManager(ca.get(), usualToo)));
        return new TrustManager[] {reloading};
    }

    private X509ExtendedTrustManager trustManager(Path ca, boolean usualToo)
            throws PemFileException, GeneralSecurityException {
        List<X509Certificate> authorities = new ArrayList<>(PemFiles.authorities(ca, clock.instant()));
        if (usualToo) {
            authorities.addAll(List.of(trustManager(null).getAcceptedIssuers()));
        }
        return trustManager(PemFiles.trustStore(authorities));
    }

    /** @param store null for the authorities that the JDK knows */
    private static X509ExtendedTrustManager trustManager(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return only(X509ExtendedTrustManager.class, factory.getTrustManagers());
    }

    private static <T> T only(Class<T> type, Object[] managers) throws GeneralSecurityException {
        return Stream.of(managers)
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElseThrow(() -> new GeneralSecurityException("the JDK has no " + type.getSimpleName()));
    }
}
