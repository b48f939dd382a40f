/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/frame/names.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

struct name {
    const char *name, *title;
};

static const struct name datasets[] = {
    {"corrgroups60", "Correlated Groups 60"},
    {"independentlinear60", "Independent Linear 60"},
    {"interactions", "Interactions, 10 features"},
    {"user", "your rows"},
    {"nhanes", "NHANES I"},
    {"nhanes_10y", "NHANES I, survival to 10 years"},
    {"nhanes_flags", "NHANES I with missing-flags"},
    {"simulated_cohort", "simulated cohort"},
    {"mnist", "MNIST"},
    {"fashion_mnist", "Fashion-MNIST"},
    {"cifar10", "CIFAR-10"},
    {"cifar10_keras_source", "CIFAR-10, Keras recipe"},
    {"cifar10_resnet20", "CIFAR-10, ResNet-20"},
    {"beataml", "Beat AML"},
    {"beataml_auc", "Beat AML, area under the curve"},
    {"beataml_all_waves", "Beat AML, all waves"},
    {"beataml_ohmnet", "Beat AML, OhmNet graph"},
    {"beataml_drugs_unscaled", "Beat AML, drugs unscaled"},
    {"gdsc", "GDSC cell lines"},
    {"gdsc_drugs_unscaled", "GDSC, drugs unscaled"},
    {"simulated_response", "simulated drug response"},
    {"simulated_response_drugs_unscaled", "simulated drug response, drugs unscaled"},
    {"imagenet", "ImageNet"},
    {"image_folder", "photographs in a folder"},
    {"mlp", "MLP of the patients"},
    {"mnist_network", "MNIST network"},
    {"vgg16_small", "VGG16, 32 x 32"},
    {"vgg16", "VGG16, 224 x 224"},
    {"decoy_mnist", "Decoy MNIST"},
    {"decoy_fashion_mnist", "Decoy Fashion-MNIST"},
    {NULL, NULL}};

static const struct name names[] = {
    {"sex_isFemale", "Sex"},
    {"platelets_isNormal", "Platelets normal"},
    {"urine_albumin_isNegative", "No albumin in urine"},
    {"urine_glucose_isNegative", "No glucose in urine"},
    {"urine_hematest_isNegative", "No blood in urine"},
    {"oracle", "Oracle (exact Shapley)"},
    {"flipped_oracle", "Oracle, sign turned"},
    {"random", "Random"},
    {"smoothgrad", "SmoothGrad"},
    {"gradient_shap", "GradientSHAP"},
    {"shapley_exact", "Exact Shapley"},
    {"kernel_shap", "Kernel SHAP"},
    {"lime", "LIME"},
    {"deeplift", "DeepLIFT"},
    {"integrated_gradients_mean", "Integrated gradients from the mean"},
    {"infidelity_normalised", "Infidelity, normalised"},
    {"infidelity_scaled", "Infidelity, scaled"},
    {"infidelity_yeh", "Infidelity (Yeh)"},
    {"deletion_normalised", "Deletion, normalised"},
    {"insertion_normalised", "Insertion, normalised"},
    {"deletion_auc", "Deletion, area"},
    {"insertion_auc", "Insertion, area"},
    {"max_sensitivity", "Max-sensitivity"},
    {"robust_top", "Strongest eighth kept nearby"},
    {"robust_order", "Order kept nearby (Kendall)"},
    {"robust_rank", "Order kept nearby (Spearman)"},
    {"directed_top", "Strongest eighth kept, directed"},
    {"directed_order", "Order kept, directed (Kendall)"},
    {"directed_rank", "Order kept, directed (Spearman)"},
    {"randomisation_layers", "Randomisation, layer by layer"},
    {"shapley_rank", "Shapley rank correlation"},
    {"retrain_remove", "Retrained without (ROAR)"},
    {"retrain_keep", "Retrained on these (KAR)"},
    {"sparse_prior", "Sparse attribution prior"},
    {"mixed", "Mixed L1 and sparse prior"},
    {"l1_all", "L1, all layers"},
    {"l2_all", "L2, all layers"},
    {"sgl_all", "SGL, all layers"},
    {"sgl_first", "SGL, first layer"},
    {"l1_first", "L1, first layer"},
    {"l2_first", "L2, first layer"},
    {"l1_eg", "L1 on expected gradients"},
    {"l2_eg", "L2 on expected gradients"},
    {"l1_gradients", "L1 on gradients"},
    {"gini_gradients", "Gini on gradients"},
    {"l1_ross", "L1 on gradients (Ross)"},
    {"gini_ross", "Gini on gradients (Ross)"},
    {"test_roc_auc", "Test ROC-AUC"},
    {"test_gini", "Gini coefficient"},
    {"validation_roc_auc", "Validation ROC-AUC"},
    {"validation_gini", "Validation Gini"},
    {"chosen_strength", "Chosen strength"},
    {"converged_at", "Converged at"},
    {"completeness_z_mean", "Completeness z, mean"},
    {"completeness_z_sd", "Completeness z, sd"},
    {"eg_prior", "EG prior"},
    {"gradient_prior", "Gradient prior"},
    {"eg_prior_loose", "EG prior, within 10 %"},
    {"gradient_prior_loose", "Gradient prior, within 10 %"},
    {"eg_prior_strict", "EG prior, within 1 %"},
    {"gradient_prior_strict", "Gradient prior, within 1 %"},
    {"weight_decay", "Weight decay"},
    {"noise_augmentation", "Noise on training images"},
    {"released_baseline", "Released code, baseline"},
    {"released_eg_prior", "Released code, EG prior"},
    {"noisy_accuracy_0.1", "Noise of sd 0.1"},
    {"noisy_accuracy_0.3", "Noise of sd 0.3"},
    {"noisy_accuracy_0.5", "Noise of sd 0.5"},
    {"flipped_accuracy_0.1", "0.1 of pixels flipped"},
    {"robustness_area", "Mean over noise"},
    {"fgsm_accuracy", "FGSM"},
    {"pgd_accuracy", "PGD"},
    {"total_variation", "EG, test"},
    {"total_variation_gradients", "Gradients, test"},
    {"total_variation_released", "As released, test"},
    {"validation_total_variation", "EG, validation"},
    {"validation_total_variation_released", "As released, validation"},
    {"total_variation_integrated_gradients", "Integrated gradients, test"},
    {"prior_1_epoch", "Prior, 1 epoch"},
    {"prior_1.25_epochs", "Prior, 1.25 epochs"},
    {"control_1_epoch", "No prior, 1 epoch"},
    {"control_1.25_epochs", "No prior, 1.25 epochs"},
    {"top_1_accuracy", "Top 1"},
    {"top_5_accuracy", "Top 5"},
    {"black_pixel_attribution", "Black pixels by all"},
    {"drug_mean", "Drug means"},
    {"gene_ridge", "Drugs free, ridge on genes"},
    {"lasso", "LASSO"},
    {"graph_lasso", "Graph LASSO"},
    {"fine_tuning", "More epochs, no prior"},
    {"gradient_graph_prior", "Graph prior on gradients"},
    {"random_graph_prior", "Graph prior, random graph"},
    {"rewired_graph_prior", "Graph prior, rewired graph"},
    {"released_notebook", "Released notebook, one run"},
    {"test_r2", "Test R2"},
    {"test_r2_low", "95 % from"},
    {"test_r2_high", "95 % to"},
    {"test_r2_of_patients", "Test R2"},
    {"within_r2", "R2 within drugs"},
    {"within_r2_low", "95 % from"},
    {"within_r2_high", "95 % to"},
    {"validation_mse", "Validation MSE"},
    {"validation_mse_before", "Validation MSE before"},
    {"validation_mse_after_1", "after 1 epoch"},
    {"validation_mse_after_2", "after 2 epochs"},
    {"best_alpha", "Best alpha"},
    {"best_nu", "Best nu"},
    {"best_ridge", "Best ridge"},
    {"best_extra_epochs", "Best extra epochs"},
    {"relative_graph_penalty", "Graph penalty, relative"},
    {"gene_share", "Share of genes"},
    {"truth_roc_auc", "ROC-AUC of true genes"},
    {"q_with_prior", "q, prior"},
    {"times_with_prior", "Times significant, prior"},
    {"q_without_prior", "q, no prior"},
    {"times_without_prior", "Times significant, no prior"},
    {"none", "No regulariser"},
    {"eg", "EG"},
    {"eg_2", "EG, k = 2"},
    {"eg_5", "EG, k = 5"},
    {"eg_10", "EG, k = 10"},
    {"rrr", "Right for the right reasons"},
    {"cdep", "CDEP"},
    {"robust", "Robust attribution"},
    {"blanked", "Corners blanked"},
    {"integrated_gradients_50", "Integrated gradients, 50 steps"},
    {"integrated_gradients_300", "Integrated gradients, 300 steps"},
    {"times_plain", "Times no regulariser"},
    {"peak_memory", "Peak memory, MB"},
    {"natural", "Natural"},
    {"madry", "Madry (PGD)"},
    {"ig_norm", "IG-NORM"},
    {"ig_sum_norm", "IG-SUM-NORM"},
    {"attack_top", "Top-k, attacked"},
    {"random_top", "Top-k, random"},
    {"attack_top_local", "Top-k with neighbours, attacked"},
    {"random_top_local", "Top-k with neighbours, random"},
    {"attack_kendall", "Kendall, attacked"},
    {"random_kendall", "Kendall, random"},
    {"attack_spearman", "Spearman, attacked"},
    {"random_spearman", "Spearman, random"},
    {"attack_moved", "Attacked, class kept"},
    {"random_moved", "Random, class kept"},
    {"dealt_accuracy", "Validation, corners permuted"},
    {"gained_accuracy", "More than no regulariser"},
    {NULL, NULL}};

static const struct name statistics[] = {{"difference", "Difference"},
                                         {"difference_low", "95 % from"},
                                         {"difference_high", "95 % to"},
                                         {"t", "t"},
                                         {"p", "p"},
                                         {"welch_t", "Welch t"},
                                         {"welch_p", "Welch p"},
                                         {"paired_t", "Paired t"},
                                         {"paired_p", "Paired p"},
                                         {"corrected_t", "Corrected t"},
                                         {"corrected_p", "Corrected p"},
                                         {"holm_p", "Holm p"},
                                         {"holm_p_of_prior", "Holm p"},
                                         {"effect_size", "Cohen's d"},
                                         {"binomial_p", "Binomial p"},
                                         {NULL, NULL}};

static const char *look_up(const struct name *list, const char *name)
{
    for (; list->name; list++)
        if (strcmp(list->name, name) == 0)
            return list->title;
    return NULL;
}

int eg_scale_rank(const char *scale)
{
    static const char *const scales[] = {"smoke", "quick", "night", "paper"};
    for (int i = 0; scale && i < 4; i++)
        if (strcmp(scale, scales[i]) == 0)
            return i;
    return -1;
}

const char *eg_dataset_title(const char *name)
{
    const char *title = look_up(datasets, name);
    return title ? title : name;
}

const char *eg_dataset_stand_in(const char *name)
{
    static const struct name stand_ins[] = {{"nhanes", "simulated_cohort"},
                                            {"mnist", "fashion_mnist"},
                                            {"beataml", "simulated_response"},
                                            {"decoy_mnist", "decoy_fashion_mnist"},
                                            {NULL, NULL}};
    return look_up(stand_ins, name);
}

char *eg_name_title(const char *name, char *text, size_t size)
{
    const char *of_statistic = look_up(statistics, name);
    const char *title = of_statistic ? of_statistic : look_up(names, name);
    snprintf(text, size, "%s", title ? title : name);
    if (!title) {
        for (char *letter = text; *letter; letter++)
            if (*letter == '_')
                *letter = ' ';
        text[0] = (char)toupper((unsigned char)text[0]);
    }
    return text;
}

char *eg_metric_title(const char *metric, const char *statistic, char *text, size_t size)
{
    char of_statistic[64];
    eg_name_title(metric, text, size);
    const size_t used = strlen(text);
    if (*statistic)
        snprintf(text + used, size - used, ", %s",
                 eg_name_title(statistic, of_statistic, sizeof of_statistic));
    return text;
}

char *eg_format_value(double value, int digits, char *text, size_t size)
{
    const double least = 0.5 * pow(10, -digits);
    if (isnan(value))
        snprintf(text, size, "-");
    else if (value == 0 || isinf(value) || (fabs(value) >= least && fabs(value) < 1e5))
        snprintf(text, size, "%.*f", digits, value);
    else
        snprintf(text, size, "%.*e", digits, value);
    return text;
}

char *eg_format_error(double error, int digits, char *text, size_t size)
{
    if (error > 0 && error < 0.5 * pow(10, -digits))
        snprintf(text, size, "%.1g", error);
    else
        eg_format_value(error, digits, text, size);
    return text;
}
