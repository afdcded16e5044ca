package io.weathervane.app;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.store.SqliteDatabase;
import io.weathervane.tool.SchemaCatalog;
import io.weathervane.transport.http.HttpServer;
import io.weathervane.util.Redactor;
import io.weathervane.util.Threads;
import java.math.BigDecimal;
import java.nio.channels.spi.SelectorProvider;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Prepares on threads of its own, while the workspace is opened, what a server needs and no workspace affects: tools
 * with their schemas, the classes that read a first message and write a first line of the log, and the database's
 * driver.
 */
final class Warmup {
    private final FutureTask<SchemaCatalog> schemas = new FutureTask<>(SchemaCatalog::load);

    private Warmup() {}

    /** @param http whether HTTP will be spoken: nothing of it is loaded otherwise */
    static Warmup begin(boolean http) {
        Warmup begun = new Warmup();
        Threads.daemon("preparation", quietly(begun::run)).start();
        Threads.daemon("preparation-libraries", quietly(() -> loadLibraries(http)))
                .start();
        return begun;
    }

    /**
     * What cannot be made ready fails again where it is needed, and is told there; a server that is refused and ends
     * meanwhile has said why already. Not even logged: the log may not be set up yet, and must not be by this.
     */
    static Runnable quietly(Runnable preparation) {
        return () -> {
            try {
                preparation.run();
            } catch (RuntimeException | LinkageError toldWhereItIsNeeded) {
                return;
            }
        };
    }

    /** The tools' schemas; waits for them. */
    SchemaCatalog schemas() {
        schemas.run();
        try {
            return schemas.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the tools' schemas were read", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the tools' schemas cannot be read", e.getCause());
        }
    }

    private void run() {
        schemas.run();
        Redactor.clean("");
        new SecureRandom().nextInt();
        // One check pays for all others: the classes that check arguments are loaded by it.
        SchemaCatalog tools = schemas();
        tools.validateInput(tools.names().iterator().next(), JsonRpcCodec.JSON.createObjectNode());
    }

    /** Sockets search the whole class path for another maker of theirs; large numbers take 15 ms on JDK 25. */
    private static void loadLibraries(boolean http) {
        Objects.requireNonNull(BigDecimal.ONE, "JSON begins with it");
        SqliteDatabase.loadDriver();
        Objects.requireNonNull(SelectorProvider.provider(), "the sockets' maker");
        if (http) {
            HttpServer.loadLibrary();
        }
    }
}
