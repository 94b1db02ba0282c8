# The service account that Restorewatch watches with. It may read, and nothing else.
# Not applied by us: resources and attributes are those of the provider's documentation (registry.terraform.io/providers/mongodb/mongodbatlas).
terraform {
  required_providers {
    mongodbatlas = {
      source  = "mongodb/mongodbatlas"
      version = "~> 2.0"
    }
  }
}

variable "org_id" {
  type = string
}

variable "project_ids" {
  description = "The projects to watch."
  type        = set(string)
}

variable "addresses" {
  description = "Where Restorewatch calls from, as CIDR blocks: [\"203.0.113.7/32\"]."
  type        = set(string)
}

resource "mongodbatlas_service_account" "restorewatch" {
  org_id                     = var.org_id
  name                       = "restorewatch"
  description                = "Watches backups and reads only"
  roles                      = ["ORG_READ_ONLY"] # ORG_MEMBER is enough, and then nobody warns before the secret expires.
  secret_expires_after_hours = 8760
}

resource "mongodbatlas_service_account_project_assignment" "restorewatch" {
  for_each   = var.project_ids
  project_id = each.value
  client_id  = mongodbatlas_service_account.restorewatch.client_id
  roles      = ["GROUP_READ_ONLY"]
}

# The account's own list. A project's network access list opens its clusters, and does nothing here.
resource "mongodbatlas_service_account_access_list_entry" "restorewatch" {
  for_each   = var.addresses
  org_id     = var.org_id
  client_id  = mongodbatlas_service_account.restorewatch.client_id
  cidr_block = each.value
}

output "ATLAS_CLIENT_ID" {
  value = mongodbatlas_service_account.restorewatch.client_id
}

# Terraform's state holds it too: keep the state where secrets may lie.
output "ATLAS_CLIENT_SECRET" {
  value     = mongodbatlas_service_account.restorewatch.secrets[0].secret
  sensitive = true
}
