package io.weathervane.baseline;

import io.weathervane.worker.Role;
import io.weathervane.worker.ServedCallTotals;
import io.weathervane.worker.ToolErrorPolicy;
import io.weathervane.worker.WorkerManager;
import java.util.Optional;

/** Source of the counted calls of the workers. */
public interface ServedCallsSource {
    /** Calls that the worker in this role was given since it became active. */
    Optional<ServedCallTotals> served(Role role);

    /** Policy for tool results with {@code isError: true}. */
    ToolErrorPolicy toolErrors();

    /** The workers of a server. */
    static ServedCallsSource of(WorkerManager workers) {
        return new ServedCallsSource() {
            @Override
            public Optional<ServedCallTotals> served(Role role) {
                return workers.served(role);
            }

            @Override
            public ToolErrorPolicy toolErrors() {
                return workers.toolErrors();
            }
        };
    }
}
