/* SPDX-License-Identifier: GPL-3.0-or-later */
// The library from C++17: handles in unique_ptr, rows in vectors, an explainer of your own as a lambda.
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <vector>

#include <egbench.h>

static egbench_error error;

static void check(int status)
{
    if (status)
        throw std::runtime_error(error.message);
}

template <auto release> struct with {
    template <class handle> void operator()(handle *it) const { release(it); }
};
using network_handle = std::unique_ptr<egbench_network, with<egbench_network_free>>;
using explainer_handle = std::unique_ptr<egbench_explainer, with<egbench_explainer_free>>;

int main()
try {
    const std::vector<eg_real> x = {1, 2, 3, -1, 0, 1}; // 2 rows of 3 features
    std::vector<eg_real> phi(x.size());

    egbench_network *made = nullptr;
    check(egbench_prepare_thread(&error));
    check(egbench_network_alloc(&made, 3, "dense 1", &error));
    const network_handle network(made);
    egbench_network_weights(network.get())[1] = -2; // the others, and the bias, are 0

    // what the output loses where a feature becomes 0; here w * x
    const auto occlude = [](void *, egbench_row *row, eg_real *phi, egbench_error *failure) {
        const size_t p = egbench_row_features(row);
        const std::vector<eg_real> x(egbench_row_x(row), egbench_row_x(row) + p);
        double whole, without;
        int status = egbench_row_predict(row, 1, x.data(), &whole, failure);
        for (size_t j = 0; !status && j < p; j++) {
            std::vector<eg_real> z = x;
            z[j] = 0;
            status = egbench_row_predict(row, 1, z.data(), &without, failure);
            phi[j] = static_cast<eg_real>(whole - without);
        }
        return status;
    };
    egbench_explainer *own = nullptr;
    check(egbench_explainer_alloc_own(&own, network.get(), occlude, nullptr, &error));
    const explainer_handle explainer(own);
    check(egbench_explain(explainer.get(), 2, x.data(), nullptr, 1, phi.data(), &error));
    for (size_t i = 0; i < x.size(); i++)
        std::printf("%g%c", static_cast<double>(phi[i]), i % 3 == 2 ? '\n' : ' ');
} catch (const std::exception &failure) {
    std::fprintf(stderr, "%s\n", failure.what());
    return 1;
}
