package io.weathervane.contract.enforcement;

import io.weathervane.contract.ContractConfig;
import io.weathervane.core.ServerContext;
import io.weathervane.worker.WorkerManager;
import java.util.Optional;

/** The contract that a service is held against now: a configuration that is read again gives it one, another one, or none. */
public final class ContractInForce implements AutoCloseable {
    private final ServerContext server;
    private final WorkerManager workers;
    private volatile Optional<ServiceContract> current = Optional.empty();

    public ContractInForce(ServerContext server, WorkerManager workers) {
        this.server = server;
        this.workers = workers;
    }

    /** Empty when the configuration has none. */
    public Optional<ServiceContract> now() {
        return current;
    }

    /**
     * Reads the contract; what is returned puts it in force, in place of the one before, and cannot fail. What was approved
     * stays approved.
     *
     * @param config empty for none
     * @throws io.weathervane.contract.ContractFileException when there is no contract in the file
     */
    public Runnable prepare(Optional<ContractConfig> config) {
        Optional<ServiceContract> before = current;
        if (config.equals(before.map(ServiceContract::config))) {
            return () -> {};
        }
        Optional<ServiceContract> next = config.map(promised -> new ServiceContract(server, workers, promised));
        return () -> {
            next.ifPresent(ServiceContract::begin);
            current = next;
            before.ifPresent(ServiceContract::close);
        };
    }

    @Override
    public void close() {
        current.ifPresent(ServiceContract::close);
    }
}
