package io.weathervane.app;

import io.weathervane.audit.Actor;
import io.weathervane.config.WatchedFiles;
import io.weathervane.util.Threads;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Reads the configuration again once its files have changed and are the same at two looks: what is being written is not
 * whole yet.
 */
final class ConfigFileWatcher implements AutoCloseable {
    /** Between two looks: 1 s. A look asks the system when each file was changed and reads none of them. */
    static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);

    private final LiveConfiguration configuration;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread = Threads.loop("configuration-files", this::run);
    private WatchedFiles read;
    private WatchedFiles last;

    private ConfigFileWatcher(LiveConfiguration configuration) {
        this.configuration = configuration;
        this.read = configuration.inForce().files();
        this.last = read;
    }

    static ConfigFileWatcher start(LiveConfiguration configuration) {
        ConfigFileWatcher watcher = new ConfigFileWatcher(configuration);
        watcher.thread.start();
        return watcher;
    }

    private void run() {
        try {
            while (!closing.await(LOOK_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        WatchedFiles now = read.now();
        boolean settled = now.equals(last);
        last = now;
        if ((settled && !now.equals(read)) || configuration.isDueAgain()) {
            read = now;
            configuration.reload(Actor.SYSTEM, LiveConfiguration.Trigger.FILE);
        }
    }

    @Override
    public void close() {
        closing.countDown();
    }
}
